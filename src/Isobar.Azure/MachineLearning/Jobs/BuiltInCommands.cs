using Isobar.Engine;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Programs that every job finds on its PATH: <c>isobar-train</c>, which fits one of the engine's algorithms.</summary>
internal sealed class BuiltInCommands
{
    public BuiltInCommands(EngineOptions options)
    {
        var folder = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.DataDirectory), "bin");
        Path = $"{folder}{System.IO.Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}";
        if (options.WorkerCommand.Count == 0 || OperatingSystem.IsWindows()) return;
        Directory.CreateDirectory(folder);
        var file = System.IO.Path.Combine(folder, "isobar-train");
        File.WriteAllText(file, $"#!/bin/sh\nexec {string.Join(' ', options.WorkerCommand.Select(Quote))} worker algorithm \"$@\"\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The PATH of jobs.</summary>
    public string Path { get; }

    private static string Quote(string word) => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
