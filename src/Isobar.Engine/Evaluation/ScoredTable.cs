using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Evaluation;

/// <summary>What a model of the engine says of labelled rows.</summary>
/// <param name="Manifest">The model's manifest.</param>
/// <param name="Truth">The labels: numbers, or classes by their place in the manifest.</param>
/// <param name="Values">The predictions: a number a row, or the classes' probabilities row by row.</param>
public sealed record ScoredTable(ModelManifest Manifest, float[] Truth, float[] Values)
{
    private const int RowsAtOnce = 4096;

    /// <summary>Runs a model over a table; rows without a label, or with one that the model does not know, are left out.</summary>
    public static Result<ScoredTable> Of(ModelPackage package, DataTable table, CancellationToken ct = default)
    {
        if (package.OnnxFile is null || package.ManifestFile is null || JsonSerializer.Deserialize(File.ReadAllBytes(package.ManifestFile), AlgorithmsJson.Default.ModelManifest) is not { } manifest)
            return new Error(ErrorCode.FailedPrecondition, "The artifact is no model of the engine: it has no manifest.");
        if (manifest.Label is null || table.Find(manifest.Label) is var label && label < 0)
            return new Error(ErrorCode.InvalidArgument, $"The table has no column '{manifest.Label}', which the model predicts.");
        var classes = manifest.Classes?.Select((name, at) => (name, at)).ToDictionary(c => c.name, c => c.at);
        var truth = new List<float>();
        var kept = new List<int>();
        for (var row = 0; row < table.Rows; row++)
        {
            if (table.Columns[label].TextAt(row) is not { } text) continue;
            var value = classes is null
                ? float.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : float.NaN
                : classes.TryGetValue(text, out var at) ? at : float.NaN;
            if (float.IsNaN(value)) continue;
            truth.Add(value);
            kept.Add(row);
        }
        return new ScoredTable(manifest, [.. truth], Run(package.OnnxFile, manifest, table.Pick(kept), ct));
    }

    private static float[] Run(string onnx, ModelManifest manifest, DataTable table, CancellationToken ct)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(onnx, options);
        using var run = new RunOptions();
        var all = new List<float>();
        for (var start = 0; start < table.Rows; start += RowsAtOnce)
        {
            ct.ThrowIfCancellationRequested();
            var inputs = RawInputs.Of(manifest.Columns, table, start, Math.Min(RowsAtOnce, table.Rows - start));
            using var results = session.Run(run, [.. inputs.Keys], [.. inputs.Values], [manifest.Classes is null ? "score" : "probabilities"]);
            all.AddRange(results[0].GetTensorDataAsSpan<float>());
            foreach (var value in inputs.Values) value.Dispose();
        }
        return [.. all];
    }
}
