using Isobar.Engine;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>
/// What lightweight Python components find instead of Kubeflow's package, which they would install from the network: modules of our own on their path, run by this
/// machine's <c>python3</c>.
/// </summary>
internal sealed class PythonRuntime
{
    private const string Prefix = "kubeflow/";
    private readonly string _modules, _programs;

    public PythonRuntime(EngineOptions options)
    {
        var root = Path.Combine(Path.GetFullPath(options.DataDirectory), "bin", "kubeflow");
        (_modules, _programs) = (Path.Combine(root, "modules"), Path.Combine(root, "programs"));
        var assembly = typeof(PythonRuntime).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = Path.Combine(_modules, name[Prefix.Length..].Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            using var source = assembly.GetManifestResourceStream(name)!;
            using var target = File.Create(file);
            source.CopyTo(target);
        }
        if (OperatingSystem.IsWindows()) return;
        // Components look for pip, and would install one into the machine where there is none.
        Directory.CreateDirectory(_programs);
        var pip = Path.Combine(_programs, "pip");
        File.WriteAllText(pip, "#!/bin/sh\nexec python3 -m pip \"$@\"\n");
        File.SetUnixFileMode(pip, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The variables of a task's program.</summary>
    public IEnumerable<KeyValuePair<string, string>> Variables(TaskPlace place) =>
    [
        new("PATH", $"{_programs}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}"),
        new("PYTHONPATH", string.Join(Path.PathSeparator, new[] { _modules, Site, Environment.GetEnvironmentVariable("PYTHONPATH") }.Where(p => !string.IsNullOrEmpty(p)))),
        new("PYTHONDONTWRITEBYTECODE", "1"),
        new("ISOBAR_PIP_TARGET", Site),
        new("ISOBAR_GCS", TaskPlace.Mount),
        new("ISOBAR_TASK_URI", Jobs.Gcs.Uri(place.Folder)),
        new("VERTEX_AI_PIPELINES_RUN_LABELS", "{}"),
    ];

    /// <summary>What a command misses on this machine, said for its owner; null for nothing.</summary>
    public static string? Missing(IReadOnlyList<string> command) =>
        command.Any(w => w.Contains("python3", StringComparison.Ordinal)) && Find("python3") is null ? "python3 is not on this machine's PATH: Python components run with it. Install it and run the pipeline again." : null;

    private const string Site = "/opt/ml/site-packages";

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
}
