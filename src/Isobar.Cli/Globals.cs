using System.CommandLine;

namespace Isobar.Cli;

/// <summary>Options that every command takes.</summary>
internal static class Globals
{
    public static Option<string> Data { get; } = new("--data") { Description = "Data directory; the variable ISOBAR_DATA names another", Recursive = true, DefaultValueFactory = _ => DefaultData };

    public static string DefaultData => Environment.GetEnvironmentVariable("ISOBAR_DATA") is { Length: > 0 } data ? data : ".isobar";

    public static Option<bool> Json { get; } = new("--json") { Description = "Print JSON (one object a line while something runs)", Recursive = true };

    public static Option<string?> Endpoint { get; } = new("--endpoint") { Description = "Address of the cloud to speak to (default: the Isobar that runs on the data directory)", Recursive = true };
}
