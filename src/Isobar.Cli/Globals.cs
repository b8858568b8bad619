using System.CommandLine;

namespace Isobar.Cli;

/// <summary>Options that every command takes.</summary>
internal static class Globals
{
    public static Option<string> Data { get; } = new("--data") { Description = "Data directory", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ISOBAR_DATA") ?? ".isobar" };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON (one object a line while something runs)", Recursive = true };
}
