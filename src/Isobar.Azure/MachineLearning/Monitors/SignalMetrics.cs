using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>The metrics of signals, by Azure's names, on the engine's statistics.</summary>
internal static class SignalMetrics
{
    private const string JensenShannon = "JensenShannonDistance", Stability = "PopulationStabilityIndex", Wasserstein = "NormalizedWassersteinDistance", Nulls = "NullValueRate", Types = "DataTypeErrorRate", Bounds = "OutOfBoundsRate";
    public static readonly string[] Numerical = [JensenShannon, Stability, Wasserstein], Categorical = [JensenShannon, Stability], Quality = [Nulls, Types, Bounds];
    private const int Grid = 1000;

    /// <summary>The threshold where none is given.</summary>
    public static double Usual(string metric) => metric == Stability ? 0.2 : Quality.Contains(metric) ? 0 : 0.1;

    /// <summary>A metric of a feature; null where it says nothing of such features.</summary>
    public static double? Measure(string metric, FeatureStatistics reference, FeatureStatistics production)
    {
        switch (metric)
        {
            case Nulls: return 1 - production.Completeness;
            case Types: return production.Present == 0 || reference.Numbers is null ? 0 : 1 - (double)(production.IntegralCount + production.FractionalCount) / production.Present;
            case Bounds: return OutOfBounds(reference, production);
        }
        if (reference.Numbers is { } then && production.Numbers is { } now)
        {
            if (metric == Wasserstein) return Distance(then, now.Sketch);
            var (expected, actual) = Distances.Deciles(then.Sketch, now.Sketch);
            return metric == Stability ? Distances.PopulationStability(expected, actual) : Distances.JensenShannon(expected, actual);
        }
        if (metric == Wasserstein || reference.Categories is not { } known || production.Categories is not { } seen) return null;
        var (shares, newShares) = Distances.Shares(known, seen);
        return metric == Stability ? Distances.PopulationStability(shares, newShares) : Distances.JensenShannon(shares, newShares);
    }

    // The mean distance between the quantiles, in standard deviations of the reference.
    private static double Distance(NumberStatistics reference, QuantileSketch production)
    {
        var scale = reference.StdDev > 0 ? reference.StdDev : 1;
        return Enumerable.Range(0, Grid).Average(i => Math.Abs(reference.Sketch.Quantile((i + 0.5) / Grid) - production.Quantile((i + 0.5) / Grid))) / scale;
    }

    private static double? OutOfBounds(FeatureStatistics reference, FeatureStatistics production)
    {
        if (reference.Numbers is { } bounds && production.Numbers is { } now)
            return 1 - (now.Sketch.Cdf(bounds.Max) - (bounds.Min > now.Min ? now.Sketch.Cdf(Math.BitDecrement(bounds.Min)) : 0));
        if (reference.Categories is not { } known || production.Categories is not { } seen || production.Present == 0) return null;
        var allowed = known.Select(c => c.Value).ToHashSet();
        return (double)seen.Where(c => !allowed.Contains(c.Value)).Sum(c => c.Count) / production.Present;
    }
}
