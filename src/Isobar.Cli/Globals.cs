using System.CommandLine;

namespace Isobar.Cli;

/// <summary>Options that every command takes.</summary>
internal static class Globals
{
    public static Option<string> Data { get; } = new("--data") { Description = "Data directory", Recursive = true, DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ISOBAR_DATA") ?? ".isobar" };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON (one object a line while something runs)", Recursive = true };

    public static Option<string?> Endpoint { get; } = new("--endpoint") { Description = "Address of the cloud to speak to (default: the Isobar that runs on the data directory)", Recursive = true };
}
