namespace Isobar.Cli;

/// <summary>How this very program is started again as a worker.</summary>
internal static class WorkerProgram
{
    public static IReadOnlyList<string> Command { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
            ? [Environment.ProcessPath!, typeof(WorkerProgram).Assembly.Location]
            : [Environment.ProcessPath!];
}
