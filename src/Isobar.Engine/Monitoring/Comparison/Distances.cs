using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Comparison;

/// <summary>Distances between two distributions.</summary>
public static class Distances
{
    // Shares of empty bins are raised to this, so that a logarithm stays finite.
    private const double Floor = 1e-4;

    /// <summary>The two-sample Kolmogorov-Smirnov statistic: the largest distance between the cumulative distributions.</summary>
    public static double KolmogorovSmirnov(QuantileSketch a, QuantileSketch b)
    {
        if (a.Count == 0 || b.Count == 0) return 0;
        var largest = 0.0;
        foreach (var value in a.Values.Concat(b.Values)) largest = Math.Max(largest, Math.Abs(a.Cdf(value) - b.Cdf(value)));
        return largest;
    }

    /// <summary>The largest difference of a category's share.</summary>
    public static double LInfinity(IReadOnlyList<(string Value, long Count)> a, IReadOnlyList<(string Value, long Count)> b)
    {
        var (p, q) = Shares(a, b);
        return p.Zip(q, (x, y) => Math.Abs(x - y)).DefaultIfEmpty(0).Max();
    }

    /// <summary>
    /// What is left of a distance when chance is taken off: two samples of n and m from one distribution differ by less than
    /// 1.8·sqrt((n+m)/(n·m)) in all but 0.3% of cases, after the distribution of the two-sample Kolmogorov-Smirnov statistic.
    /// </summary>
    public static double Robust(double distance, long n, long m) =>
        n == 0 || m == 0 ? 0 : Math.Max(0, distance - 1.8 * Math.Sqrt(((double)n + m) / ((double)n * m)));

    /// <summary>The population stability index: below 0.1 stable, above 0.25 moved, as is the custom.</summary>
    public static double PopulationStability(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        var sum = 0.0;
        for (var i = 0; i < expected.Count; i++)
        {
            double e = Math.Max(expected[i], Floor), a = Math.Max(actual[i], Floor);
            sum += (a - e) * Math.Log(a / e);
        }
        return sum;
    }

    /// <summary>The Jensen-Shannon distance, base 2: 0 for equal, 1 for disjoint distributions.</summary>
    public static double JensenShannon(IReadOnlyList<double> p, IReadOnlyList<double> q)
    {
        var divergence = 0.0;
        for (var i = 0; i < p.Count; i++)
        {
            var middle = (p[i] + q[i]) / 2;
            divergence += (Part(p[i], middle) + Part(q[i], middle)) / 2;
        }
        return Math.Sqrt(Math.Clamp(divergence, 0, 1));

        static double Part(double share, double middle) => share == 0 ? 0 : share * Math.Log2(share / middle);
    }

    /// <summary>Shares in the bins between the baseline's deciles.</summary>
    public static (IReadOnlyList<double> Expected, IReadOnlyList<double> Actual) Deciles(QuantileSketch baseline, QuantileSketch actual)
    {
        var edges = Enumerable.Range(1, 9).Select(i => baseline.Quantile(i / 10.0)).Distinct().ToArray();
        return (Bins(baseline), Bins(actual));

        double[] Bins(QuantileSketch sketch)
        {
            var cuts = edges.Select(sketch.Cdf).Append(1).ToArray();
            return [.. cuts.Select((c, i) => i == 0 ? c : c - cuts[i - 1])];
        }
    }

    /// <summary>Shares of the categories of both, in one order.</summary>
    public static (IReadOnlyList<double> Expected, IReadOnlyList<double> Actual) Shares(IReadOnlyList<(string Value, long Count)> a, IReadOnlyList<(string Value, long Count)> b)
    {
        Dictionary<string, long> left = a.ToDictionary(v => v.Value, v => v.Count), right = b.ToDictionary(v => v.Value, v => v.Count);
        double n = Math.Max(1, left.Values.Sum()), m = Math.Max(1, right.Values.Sum());
        var all = left.Keys.Union(right.Keys).ToList();
        return ([.. all.Select(v => left.GetValueOrDefault(v) / n)], [.. all.Select(v => right.GetValueOrDefault(v) / m)]);
    }
}
