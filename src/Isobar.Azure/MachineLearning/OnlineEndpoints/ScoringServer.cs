using Isobar.Engine;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>The program that serves a scoring script: Python, with nothing but its standard library.</summary>
internal sealed class ScoringServer
{
    public ScoringServer(EngineOptions options)
    {
        var folder = Path.Combine(Path.GetFullPath(options.DataDirectory), "bin");
        Script = Path.Combine(folder, "azureml-scoring.py");
        Directory.CreateDirectory(folder);
        using var source = typeof(ScoringServer).Assembly.GetManifestResourceStream("azureml-scoring.py")!;
        using var file = File.Create(Script);
        source.CopyTo(file);
    }

    /// <summary>Where it lies on this machine.</summary>
    public string Script { get; }
}
