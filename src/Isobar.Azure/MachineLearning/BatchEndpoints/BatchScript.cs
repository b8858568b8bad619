using Isobar.Engine;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>The program that runs a scoring script over files: Python, with nothing but its standard library.</summary>
internal sealed class BatchScript
{
    public BatchScript(EngineOptions options)
    {
        var folder = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.DataDirectory), "bin");
        Path = System.IO.Path.Combine(folder, "azureml-batch.py");
        Directory.CreateDirectory(folder);
        using var source = typeof(BatchScript).Assembly.GetManifestResourceStream("azureml-batch.py")!;
        using var file = File.Create(Path);
        source.CopyTo(file);
    }

    /// <summary>Where it lies on this machine.</summary>
    public string Path { get; }
}
