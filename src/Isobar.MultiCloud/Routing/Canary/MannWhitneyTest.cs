using Isobar.MultiCloud.Failover;
using MathNet.Numerics.Distributions;

namespace Isobar.MultiCloud.Routing.Canary;

/// <summary>Mann and Whitney's test over histograms, one-sided: it compares whole distributions and is not moved by a few outliers, as means are.</summary>
internal static class MannWhitneyTest
{
    /// <summary>
    /// The chance that, were the first at most <paramref name="tolerance"/> times as slow as the second, it looked as slow as this or slower, and the share of
    /// pairs in which it is slower still after its times are divided by the tolerance.
    /// </summary>
    public static (double Chance, double Slower) Slower(ReadOnlySpan<int> times, ReadOnlySpan<int> others, double tolerance)
    {
        var shifted = new long[times.Length];
        for (var i = 0; i < times.Length; i++)
            if (times[i] > 0) shifted[LatencyHistogram.BucketOf(LatencyHistogram.ValueOf(i) / tolerance)] += times[i];
        double n = 0, m = 0, wins = 0, below = 0, ties = 0;
        for (var i = 0; i < shifted.Length; i++)
        {
            wins += shifted[i] * (below + others[i] / 2.0);
            below += others[i];
            n += shifted[i];
            m += others[i];
            var tied = shifted[i] + (double)others[i];
            ties += tied * tied * tied - tied;
        }
        if (n == 0 || m == 0) return (1, 0.5);
        var all = n + m;
        var variance = n * m / 12 * (all + 1 - ties / (all * (all - 1)));
        return variance <= 0 ? (1, 0.5) : (1 - Normal.CDF(0, 1, (wins - n * m / 2 - 0.5) / Math.Sqrt(variance)), wins / (n * m));
    }
}
