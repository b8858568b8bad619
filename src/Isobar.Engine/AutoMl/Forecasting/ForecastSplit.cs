using Isobar.Core.Results;

namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>The windows of a search: those to fit on, and the last ones of every series, origin by origin, which judge.</summary>
/// <param name="Fit">End before the first period that judges.</param>
/// <param name="Judge">A set for each origin, the latest first.</param>
/// <param name="All">Fit and judge windows together, for the final fit.</param>
internal sealed record ForecastSplit(ForecastWindows Fit, IReadOnlyList<ForecastWindows> Judge, ForecastWindows All, int Season)
{
    private const int MaxOrigins = 3;
    private const int MaxWindows = 20_000;
    private const int FewestContext = 4;

    public static Result<ForecastSplit> Cut(IReadOnlyList<Series> series, ForecastOptions options)
    {
        var (horizon, frequency) = (options.Layout.Horizon, options.Frequency);
        if (series.Count == 0) return new Error(ErrorCode.InvalidArgument, "The data holds no series.");
        var longest = series.Max(s => s.Values.Length);
        if (longest < 2 * horizon + FewestContext)
            return new Error(ErrorCode.InvalidArgument, $"The longest series has {longest} periods; a horizon of {horizon} needs {2 * horizon + FewestContext}.");
        // Each origin takes a horizon off the end; half of the longest series at least is left to fit on.
        var origins = Math.Clamp((longest - FewestContext) / (2 * horizon), 1, MaxOrigins);
        var left = longest - origins * horizon;
        var season = frequency.Seasons.LastOrDefault(s => 2 * s + horizon <= left, 1);
        var context = options.Layout.Context > 0
            ? Math.Min(options.Layout.Context, ForecastOptions.MaxContext)
            : Math.Clamp(Math.Max(2 * season, Math.Min(2 * horizon, left - horizon)), FewestContext, ForecastOptions.MaxContext);
        context = Math.Min(context, Math.Max(FewestContext, left - horizon));

        ForecastWindows New() => new(context, horizon, frequency, options.Layout.KnownAhead.Count);
        var (fit, all, judge) = (New(), New(), Enumerable.Range(0, origins).Select(_ => New()).ToList());
        foreach (var one in series)
        {
            var (length, naive) = (one.Values.Length, Naive(one.Values, season));
            var fewest = Math.Min(context, FewestContext);
            for (var origin = fewest; origin + horizon <= length; origin++)
            {
                if (origin + horizon <= length - origins * horizon) fit.Add(one, origin, naive);
                all.Add(one, origin, naive);
            }
            for (var back = 0; back < origins; back++)
                if (length - (back + 1) * horizon >= fewest) judge[back].Add(one, length - (back + 1) * horizon, naive);
        }
        judge.RemoveAll(w => w.Count == 0);
        if (fit.Count == 0 || judge.Count == 0) return new Error(ErrorCode.InvalidArgument, "The series are too short to fit a forecast and to judge it.");
        return new ForecastSplit(fit.Thin(MaxWindows), judge, all.Thin(MaxWindows), season);
    }

    private static double Naive(float[] values, int season)
    {
        double sum = 0;
        for (var i = season; i < values.Length; i++) sum += Math.Abs(values[i] - values[i - season]);
        return Math.Max(1e-9, sum / Math.Max(1, values.Length - season));
    }
}
