using System.Globalization;
using System.Text.RegularExpressions;
using Isobar.Engine.Metrics;

namespace Isobar.Aws.CloudWatch;

/// <summary>Statistics of a metric over periods.</summary>
internal static partial class Statistics
{
    /// <summary>The points of a series in one period.</summary>
    public sealed record Slot(DateTimeOffset Start, IReadOnlyList<MetricPoint> Points);

    /// <summary>Groups points by period, oldest first. Periods without points are left out, as CloudWatch does.</summary>
    public static IReadOnlyList<Slot> Slots(IReadOnlyList<MetricPoint> points, TimeSpan period) =>
        [.. points.GroupBy(p => p.Start.UtcTicks - p.Start.UtcTicks % period.Ticks).OrderBy(g => g.Key).Select(g => new Slot(new DateTimeOffset(g.Key, TimeSpan.Zero), [.. g]))];

    /// <summary>Whether a statistic is known.</summary>
    public static bool IsKnown(string statistic) => statistic is "SampleCount" or "Average" or "Sum" or "Minimum" or "Maximum" || Percentile().IsMatch(statistic);

    /// <summary>A statistic of a period.</summary>
    public static double Of(Slot slot, string statistic)
    {
        var points = slot.Points;
        return statistic switch
        {
            "SampleCount" => points.Sum(p => p.Count),
            "Sum" => points.Sum(p => p.Sum),
            "Average" => points.Sum(p => p.Sum) / Math.Max(1, points.Sum(p => p.Count)),
            "Minimum" => points.Min(p => p.Min),
            "Maximum" => points.Max(p => p.Max),
            _ => Quantile(points, double.Parse(Percentile().Match(statistic).Groups[1].Value, CultureInfo.InvariantCulture) / 100),
        };
    }

    private static double Quantile(IReadOnlyList<MetricPoint> points, double share)
    {
        var wanted = share * points.Sum(p => p.Count);
        var seen = 0L;
        foreach (var (value, count) in points.SelectMany(p => p.Sketch).OrderBy(s => s.Value))
        {
            seen += count;
            // A bin's middle may lie outside of what was measured.
            if (seen >= wanted) return Math.Clamp(value, points.Min(p => p.Min), points.Max(p => p.Max));
        }
        return points.Max(p => p.Max);
    }

    [GeneratedRegex(@"^p(100|\d{1,2}(?:\.\d{1,10})?)$")]
    private static partial Regex Percentile();
}
