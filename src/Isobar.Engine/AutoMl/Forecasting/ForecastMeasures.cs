using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>How good forecasts were, and how far their quantiles lie from their mean.</summary>
internal static class ForecastMeasures
{
    /// <summary>The measures of one origin's windows: <c>wql</c>, <c>wape</c>, <c>rmse</c>, <c>mase</c>, <c>mape</c>, <c>mae</c>, <c>rmsle</c>, <c>rmspe</c>, and the root of the squares and the mean of the errors as shares of the range, <c>nrmse</c> and <c>nmae</c>; less is better in all.</summary>
    public static IReadOnlyDictionary<string, double> Of(ForecastWindows windows, float[] mean, float[] offsets, IReadOnlyList<double> quantiles)
    {
        var (horizon, truth, history) = (windows.Horizon, windows.Future, windows.History);
        double errors = 0, squares = 0, sizes = 0, relative = 0, relativeSquares = 0, logs = 0, scaled = 0;
        var counted = 0;
        var pinball = new double[quantiles.Count];
        for (var w = 0; w < windows.Count; w++)
        {
            var level = ScaledWindows.LevelOf(history.AsSpan(w * windows.Context, windows.Context));
            for (var h = 0; h < horizon; h++)
            {
                double y = truth[w * horizon + h], error = y - mean[w * horizon + h];
                errors += Math.Abs(error);
                squares += error * error;
                sizes += Math.Abs(y);
                scaled += Math.Abs(error) / windows.NaiveErrors[w];
                // What lies below 0 has no logarithm of its own here and counts as 0.
                logs += Math.Pow(Math.Log(1 + Math.Max(0, y)) - Math.Log(1 + Math.Max(0, y - error)), 2);
                if (y != 0)
                {
                    relative += Math.Abs(error / y);
                    relativeSquares += error / y * (error / y);
                    counted++;
                }
                for (var q = 0; q < quantiles.Count; q++)
                {
                    var above = error - level * offsets[h * quantiles.Count + q];
                    pinball[q] += Math.Max(quantiles[q] * above, (quantiles[q] - 1) * above);
                }
            }
        }
        var all = (double)windows.Count * horizon;
        sizes = Math.Max(sizes, 1e-12);
        double range = truth.Length == 0 ? 0 : (double)truth.Max() - truth.Min();
        if (range <= 0) range = 1;
        return new Dictionary<string, double>
        {
            ["wql"] = pinball.Average(p => 2 * p / sizes),
            ["wape"] = errors / sizes,
            ["rmse"] = Math.Sqrt(squares / all),
            ["mase"] = scaled / all,
            ["mape"] = counted == 0 ? 0 : relative / counted,
            [WeightedScores.Rmse] = Math.Sqrt(squares / all) / range,
            [WeightedScores.Mae] = errors / all / range,
            ["mae"] = errors / all,
            ["rmsle"] = Math.Sqrt(logs / all),
            ["rmspe"] = counted == 0 ? 0 : Math.Sqrt(relativeSquares / counted),
        };
    }

    /// <summary>Where the quantiles lie, in levels above the mean, [horizon, quantiles]: the spread of the errors grows with the distance, their shape is taken as the same at all distances.</summary>
    public static float[] Offsets(IEnumerable<(ForecastWindows Windows, float[] Mean)> judged, IReadOnlyList<double> quantiles, int horizon)
    {
        var sets = judged.ToList();
        var spread = new double[horizon];
        var errors = new List<(int Step, double Error)>();
        foreach (var (windows, mean) in sets)
        {
            var (truth, history) = (windows.Future, windows.History);
            for (var w = 0; w < windows.Count; w++)
            {
                var level = ScaledWindows.LevelOf(history.AsSpan(w * windows.Context, windows.Context));
                for (var h = 0; h < horizon; h++) errors.Add((h, (truth[w * horizon + h] - mean[w * horizon + h]) / (double)level));
            }
        }
        foreach (var step in errors.GroupBy(e => e.Step)) spread[step.Key] = Math.Sqrt(step.Average(e => e.Error * e.Error));
        for (var h = 1; h < horizon; h++) spread[h] = Math.Max(spread[h], spread[h - 1]);
        var shape = errors.Where(e => spread[e.Step] > 0).Select(e => e.Error / spread[e.Step]).Order().ToArray();
        return [.. Enumerable.Range(0, horizon).SelectMany(h => quantiles.Select(q => (float)(spread[h] * At(shape, q))))];
    }

    private static double At(double[] sorted, double share)
    {
        if (sorted.Length == 0) return 0;
        var at = share * (sorted.Length - 1);
        var low = (int)at;
        return low + 1 < sorted.Length ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }
}
