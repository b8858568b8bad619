using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using MathNet.Numerics.LinearAlgebra;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>A fitted forecast as nodes of a graph.</summary>
internal interface IForecastModel
{
    /// <summary>Adds itself over the scaled history [N, context] and what is known ahead [N, horizon * width]; returns the scaled forecast's name, [N, horizon].</summary>
    string AddTo(GraphBuilder graph, string history, string ahead);
}

/// <summary>A forecast that is a weighted sum of the values looked back on.</summary>
internal sealed class LinearForecast(float[,] weights) : IForecastModel
{
    public string AddTo(GraphBuilder graph, string history, string ahead) =>
        graph.Add("MatMul", [history, graph.Floats([.. weights.Cast<float>()], weights.GetLength(0), weights.GetLength(1))]);

    /// <summary>Ridge regression of every period ahead on the window less its last value, over all windows of all series (the linear model of Zeng and others, 2023).</summary>
    /// <param name="penalty">Relative to the mean variance of the inputs.</param>
    public static LinearForecast Ridge(ScaledWindows windows, double penalty)
    {
        var (context, horizon, count) = (windows.Context, windows.Horizon, windows.Count);
        var x = Matrix<double>.Build.Dense(count, context, (r, c) => windows.History[r * context + c] - windows.Last(r));
        var y = Matrix<double>.Build.Dense(count, horizon, (r, h) => windows.Future[r * horizon + h] - windows.Last(r));
        var squares = x.TransposeThisAndMultiply(x);
        var strength = Math.Max(1e-9, penalty * squares.Diagonal().Sum() / context);
        for (var i = 0; i < context; i++) squares[i, i] += strength;
        var solved = squares.Cholesky().Solve(x.TransposeThisAndMultiply(y));
        // The last value comes off every input and onto every output: one row of the matrix takes both.
        var weights = new float[context, horizon];
        for (var h = 0; h < horizon; h++)
        {
            for (var i = 0; i < context; i++) weights[i, h] = (float)solved[i, h];
            weights[context - 1, h] += (float)(1 - solved.Column(h).Sum());
        }
        return new LinearForecast(weights);
    }
}

/// <summary>Windows divided by their level, so that series of any size teach alike.</summary>
internal sealed class ScaledWindows
{
    public const float LeastLevel = 1e-6f;

    public ScaledWindows(ForecastWindows windows)
    {
        (Context, Horizon, Count, AheadWidth, Ahead) = (windows.Context, windows.Horizon, windows.Count, windows.AheadWidth, windows.Ahead);
        (History, Future) = (windows.History, windows.Future);
        for (var w = 0; w < Count; w++)
        {
            var level = LevelOf(History.AsSpan(w * Context, Context));
            foreach (ref var value in History.AsSpan(w * Context, Context)) value /= level;
            foreach (ref var value in Future.AsSpan(w * Horizon, Horizon)) value /= level;
        }
    }

    public int Context { get; }
    public int Horizon { get; }
    public int Count { get; }
    public int AheadWidth { get; }
    public float[] History { get; }
    public float[] Ahead { get; }
    public float[] Future { get; }

    public float Last(int window) => History[(window + 1) * Context - 1];

    /// <summary>The mean size of a window's values.</summary>
    public static float LevelOf(ReadOnlySpan<float> history)
    {
        double sum = 0;
        foreach (var value in history) sum += Math.Abs(value);
        return Math.Max(LeastLevel, (float)(sum / history.Length));
    }
}

/// <summary>Boosted trees that say by how much a period ahead differs from the same period a season ago.</summary>
/// <param name="trees">A graph over <c>features</c> [rows, width] with the output <c>score</c> [rows].</param>
internal sealed class TreeForecast(GraphProto trees, TreeFeatures features) : IForecastModel
{
    public string AddTo(GraphBuilder graph, string history, string ahead)
    {
        var (horizon, seasons) = (features.Horizon, features.SeasonLags);
        var lags = graph.Add("Gather", [history, graph.Longs([.. features.Lags], features.Lags.Length)], Attr("axis", 1L));
        var tiled = graph.Add("Tile", [graph.Add("Unsqueeze", [lags, graph.Longs([1], 1)]), graph.Longs([1, horizon, 1], 3)]);
        var seasonal = graph.Add("Reshape", [graph.Add("Gather", [history, graph.Longs([.. features.SeasonPlaces], horizon * seasons)], Attr("axis", 1L)), graph.Longs([-1, horizon, seasons], 3)]);
        // The period's number is the same for every row: it is added to zeros of the right shape.
        var zeros = graph.Add("Mul", [graph.Add("Gather", [seasonal, graph.Longs([0], 1)], Attr("axis", 2L)), graph.Floats([0f])]);
        var steps = graph.Add("Add", [zeros, graph.Floats([.. Enumerable.Range(0, horizon).Select(h => (float)h)], 1, horizon, 1)]);
        var parts = new List<string> { tiled, seasonal, steps };
        if (features.AheadWidth > 0) parts.Add(graph.Add("Reshape", [ahead, graph.Longs([-1, horizon, features.AheadWidth], 3)]));
        var rows = graph.Add("Reshape", [graph.Add("Concat", [.. parts], Attr("axis", 2L)), graph.Longs([-1, features.Width], 2)]);
        var score = graph.Import(trees, new Dictionary<string, string> { [FoldModel.Features] = rows }, "score", rows: "N_periods");
        var difference = graph.Add("Reshape", [score, graph.Longs([-1, horizon], 2)]);
        var before = graph.Add("Reshape", [graph.Add("Gather", [seasonal, graph.Longs([0], 1)], Attr("axis", 2L)), graph.Longs([-1, horizon], 2)]);
        return graph.Add("Add", [before, difference]);
    }
}
