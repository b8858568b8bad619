using Google.Api;
using Isobar.Engine.Metrics;

namespace Isobar.Google.CloudMonitoring;

/// <summary>What a series measured over a time, as values by count.</summary>
/// <param name="Values">Sorted (value, count) pairs.</param>
internal sealed record Sample(DateTimeOffset Start, DateTimeOffset End, long Count, double Sum, double Min, double Max, IReadOnlyList<(double Value, long Count)> Values)
{
    // Buckets that a chart can draw: each a fifth larger than the one before, from 1 to about 10^9.
    private const double Growth = 1.2;
    private const int Buckets = 114;

    public double Mean => Count == 0 ? 0 : Sum / Count;

    public static Sample Of(MetricPoint point, TimeSpan width) => new(point.Start, point.Start + width, point.Count, point.Sum, point.Min, point.Max, point.Sketch);

    /// <summary>Several as one.</summary>
    public static Sample Merge(IReadOnlyList<Sample> samples) => samples.Count == 1 ? samples[0] : new(
        samples.Min(s => s.Start), samples.Max(s => s.End), samples.Sum(s => s.Count), samples.Sum(s => s.Sum), samples.Min(s => s.Min), samples.Max(s => s.Max),
        [.. samples.SelectMany(s => s.Values).GroupBy(v => v.Value).OrderBy(g => g.Key).Select(g => (g.Key, g.Sum(v => v.Count)))]);

    public double Percentile(double share)
    {
        var rank = share * Count;
        var seen = 0L;
        foreach (var (value, count) in Values)
            if ((seen += count) >= rank) return Math.Clamp(value, Min, Max);
        return Max;
    }

    public double StdDev => Math.Sqrt(SquaredDeviation / Math.Max(1, Count));

    public Distribution ToDistribution()
    {
        var counts = new long[Buckets + 2];
        foreach (var (value, count) in Values) counts[value < 1 ? 0 : Math.Min(Buckets + 1, 1 + (int)(Math.Log(value) / Math.Log(Growth)))] += count;
        var last = Array.FindLastIndex(counts, c => c > 0);
        return new Distribution
        {
            Count = Count, Mean = Mean, SumOfSquaredDeviation = SquaredDeviation,
            BucketOptions = new Distribution.Types.BucketOptions { ExponentialBuckets = new Distribution.Types.BucketOptions.Types.Exponential { NumFiniteBuckets = Buckets, GrowthFactor = Growth, Scale = 1 } },
            BucketCounts = { counts.Take(last + 1) },
        };
    }

    private double SquaredDeviation => Values.Sum(v => v.Count * (v.Value - Mean) * (v.Value - Mean));
}
