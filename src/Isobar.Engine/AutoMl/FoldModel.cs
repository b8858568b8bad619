using Isobar.Engine.Algorithms;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Engine.AutoMl;

/// <summary>The model of one fold as a graph over encoded features, so that it predicts here exactly as it will when served.</summary>
internal sealed class FoldModel(byte[] onnx, int rowWidth)
{
    public const string Features = "features";

    public byte[] Onnx => onnx;
    public int RowWidth => rowWidth;
    public GraphProto Graph => ModelProto.Parser.ParseFrom(onnx).Graph;

    /// <param name="columns">Encoded features.</param>
    /// <param name="means">What those go through first; null: nothing.</param>
    public static FoldModel Of(IFittedModel fitted, FitContext context, int columns, CategoryMeans? means)
    {
        var graph = new GraphBuilder("fold");
        var features = graph.Input(Features, TensorProto.Types.DataType.Float, columns);
        fitted.AddTo(graph, means?.AddTo(graph, features) ?? features, context);
        return new FoldModel(graph.ToBytes(), fitted.RowWidth);
    }

    public InferenceSession Open()
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        return new InferenceSession(onnx, options);
    }

    /// <summary>Numbers, or class probabilities row by row.</summary>
    public float[] Predict(InferenceSession session, Matrix rows, int classes)
    {
        var batch = Math.Clamp(64_000_000 / Math.Max(1, rowWidth), 1, 8192);
        var all = new float[rows.Rows * classes];
        for (var start = 0; start < rows.Rows; start += batch)
        {
            var count = Math.Min(batch, rows.Rows - start);
            using var input = OrtValue.CreateTensorValueFromMemory(rows.Values.AsSpan(start * rows.Columns, count * rows.Columns).ToArray(), [count, rows.Columns]);
            using var run = new RunOptions();
            using var results = session.Run(run, [Features], [input], [classes < 2 ? "score" : "probabilities"]);
            results[0].GetTensorDataAsSpan<float>().CopyTo(all.AsSpan(start * classes));
        }
        return all;
    }
}
