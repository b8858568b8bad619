using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Algorithms.Encoding;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.Algorithms.Scoring;

/// <summary>Scores tables through the written graph itself, so that the reported metrics are those of the artifact.</summary>
internal sealed class ModelScorer : IDisposable
{
    private readonly InferenceSession _session;
    private readonly FeatureEncoder _encoder;

    private readonly int _batch;

    /// <param name="rowWidth">Numbers that the graph holds for a row: they bound the batch, to a quarter of a gigabyte.</param>
    public ModelScorer(byte[] onnx, FeatureEncoder encoder, int rowWidth)
    {
        _batch = Math.Clamp(64_000_000 / Math.Max(1, rowWidth), 1, 8192);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        (_session, _encoder) = (new InferenceSession(onnx, options), encoder);
    }

    public Result<IReadOnlyDictionary<string, double>> Score(DataTable table, LearningTask task, IFittedModel? model = null)
    {
        if (!_encoder.Encode(table).TryGet(out var matrix, out var error)) return error;
        var output = task switch
        {
            LearningTask.Binary or LearningTask.Multiclass => "probabilities",
            LearningTask.Clustering => "distance",
            LearningTask.Projection => "projection",
            _ => "score",
        };
        var values = Run(table, output, out var width);
        if (model?.Measure(matrix, values) is { } own) return Result<IReadOnlyDictionary<string, double>>.Ok(own);
        return Result<IReadOnlyDictionary<string, double>>.Ok(task switch
        {
            LearningTask.Regression => Scores.Regression(matrix.Labels, values),
            LearningTask.Binary or LearningTask.Multiclass => Scores.Classification(matrix.Labels, values, width),
            LearningTask.Clustering => new Dictionary<string, double> { ["msd"] = values.Average(v => (double)v * v), ["ssd"] = values.Sum(v => (double)v * v) },
            _ => new Dictionary<string, double>(),
        });
    }

    public void Dispose() => _session.Dispose();

    private float[] Run(DataTable table, string output, out int width)
    {
        var all = new List<float>();
        width = 1;
        for (var start = 0; start < table.Rows; start += _batch)
        {
            var rows = Math.Min(_batch, table.Rows - start);
            var inputs = RawInputs.Of(_encoder.ModelColumns, table, start, rows);
            using var run = new RunOptions();
            using var results = _session.Run(run, [.. inputs.Keys], [.. inputs.Values], [output]);
            var shape = results[0].GetTensorTypeAndShape().Shape;
            width = shape.Length > 1 ? (int)shape[1] : 1;
            all.AddRange(results[0].GetTensorDataAsSpan<float>());
            foreach (var value in inputs.Values) value.Dispose();
        }
        return [.. all];
    }
}

/// <summary>The graph's inputs from raw columns.</summary>
internal static class RawInputs
{
    public static IReadOnlyDictionary<string, OrtValue> Of(IReadOnlyList<ModelColumn> columns, DataTable table, int start, int rows)
    {
        var inputs = new Dictionary<string, OrtValue>();
        var found = columns.Select(c => table.Find(c.Name) is var at and >= 0 ? table.Columns[at] : null).ToArray();
        if (columns.All(c => c.Type == "number"))
        {
            var values = new float[rows * columns.Count];
            for (var c = 0; c < columns.Count; c++)
                for (var r = 0; r < rows; r++)
                    values[r * columns.Count + c] = found[c]?.Numbers is { } numbers ? numbers[start + r] : float.NaN;
            inputs["features"] = OrtValue.CreateTensorValueFromMemory(values, [rows, columns.Count]);
            return inputs;
        }
        for (var c = 0; c < columns.Count; c++)
        {
            if (columns[c].Type == "number")
            {
                var values = new float[rows];
                for (var r = 0; r < rows; r++) values[r] = found[c]?.Numbers is { } numbers ? numbers[start + r] : float.NaN;
                inputs[columns[c].Input] = OrtValue.CreateTensorValueFromMemory(values, [rows, 1]);
                continue;
            }
            var texts = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, [rows, 1]);
            for (var r = 0; r < rows; r++) texts.StringTensorSetElementAt((found[c]?.TextAt(start + r) ?? "").AsSpan(), r);
            inputs[columns[c].Input] = texts;
        }
        return inputs;
    }
}
