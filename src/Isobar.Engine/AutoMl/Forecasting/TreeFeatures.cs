using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Onnx.Schema;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>What the trees see of a period ahead: the last values, the same period of earlier seasons, how far ahead it is, and what is known of it.</summary>
internal sealed class TreeFeatures
{
    private const int MostLags = 48;
    private const int MostSeasons = 4;
    private const int MaxRows = 100_000;

    public TreeFeatures(int context, int horizon, int season, int aheadWidth)
    {
        (Horizon, AheadWidth) = (horizon, aheadWidth);
        SeasonLags = Math.Clamp(context / season, 1, MostSeasons);
        Lags = [.. Enumerable.Range(0, Math.Min(context, MostLags)).Select(i => (long)(context - 1 - i))];
        SeasonPlaces = [.. Enumerable.Range(0, horizon).SelectMany(h => Enumerable.Range(1, SeasonLags).Select(back => (long)(context - back * season + h % season)))];
    }

    public int Horizon { get; }
    public int AheadWidth { get; }
    public int SeasonLags { get; }
    public long[] Lags { get; }
    public long[] SeasonPlaces { get; }
    public int Width => Lags.Length + SeasonLags + 1 + AheadWidth;

    /// <summary>A row for each period ahead of each window.</summary>
    public Matrix Rows(ScaledWindows windows)
    {
        var values = new float[windows.Count * Horizon * Width];
        var labels = new float[windows.Count * Horizon];
        for (var w = 0; w < windows.Count; w++)
        {
            var history = windows.History.AsSpan(w * windows.Context, windows.Context);
            for (var h = 0; h < Horizon; h++)
            {
                var row = values.AsSpan((w * Horizon + h) * Width, Width);
                for (var i = 0; i < Lags.Length; i++) row[i] = history[(int)Lags[i]];
                for (var s = 0; s < SeasonLags; s++) row[Lags.Length + s] = history[(int)SeasonPlaces[h * SeasonLags + s]];
                row[Lags.Length + SeasonLags] = h;
                windows.Ahead.AsSpan((w * Horizon + h) * AheadWidth, AheadWidth).CopyTo(row[(Lags.Length + SeasonLags + 1)..]);
                labels[w * Horizon + h] = windows.Future[w * Horizon + h] - row[Lags.Length];
            }
        }
        return new Matrix(values, labels.Length, Width, labels, null);
    }

    /// <summary>Fits the engine's trees.</summary>
    public static Result<IForecastModel> Fit(ForecastWindows windows, int season, IReadOnlyDictionary<string, string> values, int seed, CancellationToken ct)
    {
        var scaled = new ScaledWindows(windows.Thin(Math.Max(1, MaxRows / windows.Horizon)));
        var features = new TreeFeatures(windows.Context, windows.Horizon, season, windows.AheadWidth);
        var algorithm = AlgorithmCatalog.Find("boosted-trees")!;
        if (!HyperParameterValues.Check(algorithm.HyperParameters, values).TryGet(out var known, out var error)) return error;
        var request = new TrainingRequest { Algorithm = algorithm.Name, Task = LearningTask.Regression, HyperParameters = values, Seed = seed };
        var context = new FitContext(request, known, features.Rows(scaled), null, null, Quiet.Instance, null) { Watched = false };
        if (!algorithm.Fit(context, ct).TryGet(out var fitted, out error)) return error;
        return new TreeForecast(ModelProto.Parser.ParseFrom(FoldModel.Of(fitted, context, context.Train.Columns, null).Onnx).Graph, features);
    }
}
