using System.Globalization;
using System.Text.Json;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Microsoft.ML.OnnxRuntime;
using Catalog = Isobar.Aws.SageMaker.Algorithms.SageMakerAlgorithms;

namespace Isobar.Aws.Tests.SageMakerAlgorithms;

/// <summary>Fits SageMaker's algorithms from their hyperparameters on rows of numbers, and runs the graphs that come out.</summary>
internal sealed class Fitting : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-fit-").FullName;
    private readonly Catalog _catalog = new();
    private int _fits;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The plan's refusal, or the fit's.</summary>
    public async Task<string?> RefusalAsync(string algorithm, Dictionary<string, string> given, float[][] train) => (await TryAsync(algorithm, given, train, null)).Result.Error?.Message;

    public async Task<Fitted> FitAsync(string algorithm, Dictionary<string, string> given, float[][] train, float[][]? validation = null, bool labelled = true, CancellationToken ct = default)
    {
        var (result, folder, log) = await TryAsync(algorithm, given, train, validation, labelled, ct);
        if (!result.TryGet(out var manifest, out var error)) throw new InvalidOperationException(error.Message);
        return new(Path.Combine(folder, "model.onnx"), manifest, log);
    }

    private async Task<(Result<ModelManifest> Result, string Folder, List<string> Log)> TryAsync(string algorithm, Dictionary<string, string> given, float[][] train, float[][]? validation, bool labelled = true, CancellationToken ct = default)
    {
        var (folder, type) = (Path.Combine(_folder, (_fits++).ToString(CultureInfo.InvariantCulture)), $"text/csv;label_size={(labelled ? 1 : 0)}");
        List<AlgorithmChannel> channels = [new("train", type)];
        Write(folder, "train", train);
        if (validation is not null)
        {
            channels.Add(new("validation", type));
            Write(folder, "validation", validation);
        }
        var request = JsonSerializer.Deserialize(_catalog.Plan(_catalog.Recognise(algorithm)!, given, channels).Program.RequestJson, AlgorithmsJson.Default.TrainingRequest)!;
        var progress = new Lines();
        return (await Trainer.TrainAsync(request, new TrainingFolders(Path.Combine(folder, "in"), folder, null), progress, ct), folder, progress.Written);
    }

    private static void Write(string folder, string channel, float[][] rows)
    {
        Directory.CreateDirectory(Path.Combine(folder, "in", channel));
        File.WriteAllLines(Path.Combine(folder, "in", channel, "rows.csv"), rows.Select(r => string.Join(',', r.Select(v => v.ToString("R", CultureInfo.InvariantCulture)))));
    }

    private sealed class Lines : ITrainingProgress
    {
        public List<string> Written { get; } = [];
        public void Metric(string name, double value, int? step) { }
        public void Log(string line) => Written.Add(line);
    }
}

/// <summary>A fitted model.</summary>
internal sealed record Fitted(string Graph, ModelManifest Manifest, IReadOnlyList<string> Log)
{
    public double Metric(string name) => Manifest.Metrics[name];

    public float[] Predict(string output, params float[][] rows)
    {
        using var session = new InferenceSession(Graph);
        using var input = OrtValue.CreateTensorValueFromMemory(rows.SelectMany(r => r).ToArray(), [rows.Length, rows[0].Length]);
        using var run = new RunOptions();
        using var results = session.Run(run, ["features"], [input], [output]);
        return results[0].GetTensorTypeAndShape().ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Int64
            ? [.. results[0].GetTensorDataAsSpan<long>().ToArray().Select(v => (float)v)]
            : results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
