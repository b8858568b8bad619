namespace Isobar.Engine.Training;

/// <summary>A job's own <c>/opt/ml</c>, as SageMaker's training containers see it.</summary>
internal sealed class JobFolder
{
    public JobFolder(string root)
    {
        Root = Path.GetFullPath(root);
        Ml = Path.Combine(Root, "ml");
        foreach (var folder in new[] { Input, Config, Model, OutputData, Checkpoints, Code }) Directory.CreateDirectory(folder);
    }

    public string Root { get; }
    public string Ml { get; }
    public string Input => Path.Combine(Ml, "input", "data");
    public string Config => Path.Combine(Ml, "input", "config");
    public string Model => Path.Combine(Ml, "model");
    public string Output => Path.Combine(Ml, "output");
    public string OutputData => Path.Combine(Output, "data");
    public string FailureFile => Path.Combine(Output, "failure");
    public string Checkpoints => Path.Combine(Ml, "checkpoints");
    public string Code => Path.Combine(Ml, "code");
    public string RequestFile => Path.Combine(Config, "request.json");
    public string MetricsFile => Path.Combine(Root, "metrics.jsonl");
    public string LogFile => Path.Combine(Root, "lines.txt");
    public string ChildFile => Path.Combine(Root, "child");

    /// <summary>Rewrites <c>/opt/ml/…</c> and <c>{code}</c> to this folder.</summary>
    public string Rewrite(string text) => text.Replace("{code}", Code).Replace("/opt/ml/code", Code).Replace("/opt/ml", Ml);

    /// <summary>Empties what an earlier attempt may have left half-written; checkpoints stay.</summary>
    public void ResetForAttempt()
    {
        foreach (var folder in new[] { Input, Model, Output, Code })
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }
        Directory.CreateDirectory(OutputData);
    }

    /// <summary>Drops the run's own files; the metrics beside them stay.</summary>
    public void Clear()
    {
        if (Directory.Exists(Ml)) Directory.Delete(Ml, recursive: true);
    }

    public void Delete()
    {
        if (Directory.Exists(Root)) Directory.Delete(Root, recursive: true);
    }
}
