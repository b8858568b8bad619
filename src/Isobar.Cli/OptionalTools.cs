namespace Isobar.Cli;

/// <summary>A program that Isobar uses when it is there.</summary>
/// <param name="Without">What is done, or not, when it is missing.</param>
internal sealed record OptionalTool(string Name, string? Path, string Without);

/// <summary>Looks for what is optional.</summary>
internal static class OptionalTools
{
    public static IReadOnlyList<OptionalTool> Find() =>
    [
        new("python3", On("python3"), "Python scripts cannot be trained or served"),
        new("node", On("node"), "Node.js programs cannot be trained or served"),
        new("libgomp", Gomp(), "boosted trees are trained by FastTree instead of LightGBM"),
        new("unshare", Isobar.Engine.Processes.MountedTree.IsPossible ? On("unshare") : null, "programs that name /opt/ml in their text do not find it; the SM_* variables name the same folders"),
    ];

    private static string? On(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(p => Path.Combine(p, program)).FirstOrDefault(File.Exists);

    private static string? Gomp() => !OperatingSystem.IsLinux() ? "" : new[] { "/usr/lib", "/lib", "/usr/lib64" }
        .Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "libgomp.so.1", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true })).FirstOrDefault();
}
