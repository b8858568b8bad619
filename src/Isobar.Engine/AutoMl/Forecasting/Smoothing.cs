namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>
/// Classical forecasts. Each is a linear function of the values looked back on once its constants are set, so each is a matrix [context, horizon]:
/// what it makes of one value alone is a row.
/// </summary>
internal static class Smoothing
{
    /// <summary>The last season again and again.</summary>
    public static float[,] SeasonalNaive(int context, int horizon, int season) => Matrix(context, horizon, y => [.. Enumerable.Range(0, horizon).Select(h => y[context - season + h % season])]);

    /// <summary>The mean of each season's place over the window.</summary>
    public static float[,] SeasonalMean(int context, int horizon, int season) => Matrix(context, horizon, y => [.. Enumerable.Range(0, horizon).Select(h =>
    {
        var same = Enumerable.Range(1, context / season).Select(back => y[context - back * season + h % season]);
        return same.Average();
    })]);

    /// <summary>The line through the window's first and last value.</summary>
    public static float[,] Drift(int context, int horizon) => Matrix(context, horizon, y => [.. Enumerable.Range(1, horizon).Select(h => y[^1] + h * (y[^1] - y[0]) / (context - 1))]);

    /// <summary>Additive exponential smoothing with a damped trend and a season (Holt 1957, Winters 1960, Gardner and McKenzie 1985).</summary>
    public static float[,] HoltWinters(int context, int horizon, int season, double alpha, double beta, double damping, double gamma) => Matrix(context, horizon, y =>
    {
        var level = y.Take(season).Average();
        var trend = beta > 0 && context >= 2 * season ? (y.Skip(season).Take(season).Average() - level) / season : 0;
        var seasonal = Enumerable.Range(0, season).Select(i => season > 1 ? y[i] - level : 0).ToArray();
        for (var t = season; t < context; t++)
        {
            var place = t % season;
            var before = level;
            level = alpha * (y[t] - seasonal[place]) + (1 - alpha) * (level + damping * trend);
            trend = beta * (level - before) + (1 - beta) * damping * trend;
            if (season > 1) seasonal[place] = gamma * (y[t] - level) + (1 - gamma) * seasonal[place];
        }
        var ahead = new double[horizon];
        double damped = 0, power = 1;
        for (var h = 0; h < horizon; h++)
        {
            damped += power *= damping;
            ahead[h] = level + damped * trend + seasonal[(context + h) % season];
        }
        return ahead;
    });

    private static float[,] Matrix(int context, int horizon, Func<double[], double[]> forecast)
    {
        var matrix = new float[context, horizon];
        for (var i = 0; i < context; i++)
        {
            var unit = new double[context];
            unit[i] = 1;
            var row = forecast(unit);
            for (var h = 0; h < horizon; h++) matrix[i, h] = (float)row[h];
        }
        return matrix;
    }
}
