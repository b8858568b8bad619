using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>
/// Forecasts as a graph. Inputs: <c>history</c> [N, context], the oldest first; <c>ahead</c> [N, horizon * width], where anything is known ahead; and <c>item</c>, <c>period</c>
/// [N, 1], which only pass through, so that a reply can say what it is about. Outputs: <c>mean</c> [N, horizon] and <c>quantiles</c> [N, horizon * quantiles].
/// </summary>
internal static class ForecastGraph
{
    public const string History = "history", Ahead = "ahead", Item = "item", Period = "period";

    /// <summary>Writes the weighted mean of models.</summary>
    /// <param name="offsets">By how many levels each quantile lies above the mean, [horizon, quantiles]; null: no quantiles.</param>
    /// <param name="floor">Nothing below this is forecast; null for no bound.</param>
    public static byte[] Write(IReadOnlyList<(IForecastModel Model, double Weight)> members, ForecastWindows shape, float[]? offsets, float? floor)
    {
        var graph = new GraphBuilder("isobar_forecast");
        var (context, horizon) = (shape.Context, shape.Horizon);
        var history = graph.Input(History, TensorProto.Types.DataType.Float, context);
        var ahead = shape.AheadWidth > 0 ? graph.Input(Ahead, TensorProto.Types.DataType.Float, horizon * shape.AheadWidth) : "";
        var level = graph.Add("Max", [graph.Add("ReduceMean", [graph.Add("Abs", [history])], Attr("axes", [1L]), Attr("keepdims", 1L)), graph.Floats([ScaledWindows.LeastLevel])]);
        var scaled = graph.Add("Div", [history, level]);
        var parts = members.Select(m => graph.Add("Mul", [m.Model.AddTo(graph, scaled, ahead), graph.Floats([(float)m.Weight])])).ToArray();
        var mean = graph.Add("Mul", [parts.Length == 1 ? parts[0] : graph.Add("Sum", parts), level]);
        graph.Output(Bounded(mean), "mean", TensorProto.Types.DataType.Float, horizon);
        if (offsets is null) return graph.ToBytes();
        var quantiles = offsets.Length / horizon;
        var above = graph.Add("Mul", [graph.Add("Unsqueeze", [level, graph.Longs([2], 1)]), graph.Floats(offsets, 1, horizon, quantiles)]);
        var shifted = graph.Add("Add", [graph.Add("Unsqueeze", [mean, graph.Longs([2], 1)]), above]);
        graph.Output(Bounded(graph.Add("Reshape", [shifted, graph.Longs([-1, horizon * quantiles], 2)])), "quantiles", TensorProto.Types.DataType.Float, horizon * quantiles);
        graph.Output(graph.Input(Item, TensorProto.Types.DataType.String, 1), Item + "_of", TensorProto.Types.DataType.String, 1);
        graph.Output(graph.Input(Period, TensorProto.Types.DataType.Int64, 1), Period + "_of", TensorProto.Types.DataType.Int64, 1);
        return graph.ToBytes();

        string Bounded(string value) => floor is { } least ? graph.Add("Max", [value, graph.Floats([least])]) : value;
    }

    /// <summary>The means that a graph without quantiles gives for windows, [windows, horizon].</summary>
    public static float[] Predict(byte[] graph, ForecastWindows windows)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(graph, options);
        var names = new List<string> { History };
        var values = new List<OrtValue> { OrtValue.CreateTensorValueFromMemory(windows.History, [windows.Count, windows.Context]) };
        if (windows.AheadWidth > 0)
        {
            names.Add(Ahead);
            values.Add(OrtValue.CreateTensorValueFromMemory(windows.Ahead, [windows.Count, windows.Horizon * windows.AheadWidth]));
        }
        using var run = new RunOptions();
        using var results = session.Run(run, names, values, ["mean"]);
        foreach (var value in values) value.Dispose();
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
