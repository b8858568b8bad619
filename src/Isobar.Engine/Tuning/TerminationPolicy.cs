using Isobar.Engine.Training;

namespace Isobar.Engine.Tuning;

/// <summary>By which rule trials are stopped that are not worth going on with.</summary>
public enum TerminationRule
{
    /// <summary>Those that are further behind the best trial than the slack allows.</summary>
    Bandit,
    /// <summary>Those whose best is worse than the median of all trials' averages so far.</summary>
    Median,
    /// <summary>The given percentage that is worst.</summary>
    Truncation,
}

/// <summary>Stops trials at every <see cref="Interval"/>-th report of the objective.</summary>
public sealed record TerminationPolicy(TerminationRule Rule)
{
    /// <summary>How many reports of the objective lie between two looks. Default 1.</summary>
    public int Interval { get; init; } = 1;
    /// <summary>Reports before the first look. Default 0.</summary>
    public int Delay { get; init; }
    /// <summary>Bandit: the allowed ratio to the best.</summary>
    public double? SlackFactor { get; init; }
    /// <summary>Bandit: the allowed distance from the best.</summary>
    public double? SlackAmount { get; init; }
    /// <summary>Truncation: from 1 to 99.</summary>
    public int Percentage { get; init; } = 10;

    /// <summary>Whether a trial's reports put it behind, at the last look that is due for it.</summary>
    /// <param name="curves">The objective's values in the order of their reports, per trial number.</param>
    internal bool ShouldStop(bool maximize, int trial, IReadOnlyDictionary<int, IReadOnlyList<JobMetric>> curves)
    {
        var mine = Values(curves.GetValueOrDefault(trial));
        var look = mine.Count / Math.Max(1, Interval) * Math.Max(1, Interval);
        if (look == 0 || look <= Delay) return false;
        // Only trials that have come as far can be compared with.
        var others = curves.Where(c => c.Key != trial).Select(c => Values(c.Value)).Where(v => v.Count >= look).ToList();
        if (others.Count == 0) return false;
        return Rule switch
        {
            TerminationRule.Bandit => BehindBest(maximize, Best(maximize, mine, look), others.Max(o => Sign(maximize) * Best(maximize, o, look)) * Sign(maximize)),
            TerminationRule.Median => Worse(maximize, Best(maximize, mine, look), Median([.. others.Select(o => o.Take(look).Average())])),
            _ => InWorst(maximize, Best(maximize, mine, look), [.. others.Select(o => Best(maximize, o, look))]),
        };
    }

    private bool BehindBest(bool maximize, double mine, double best)
    {
        if (SlackAmount is { } amount) return maximize ? mine < best - amount : mine > best + amount;
        var factor = 1 + (SlackFactor ?? 0);
        // A ratio says nothing of values below zero: there the best is stretched away from, not towards, zero.
        return maximize ? mine < (best >= 0 ? best / factor : best * factor) : mine > (best >= 0 ? best * factor : best / factor);
    }

    private bool InWorst(bool maximize, double mine, List<double> others)
    {
        var count = (int)Math.Floor((others.Count + 1) * Percentage / 100.0);
        return count > 0 && others.Count(o => Worse(maximize, o, mine)) < count && others.Any(o => Worse(maximize, mine, o));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static double Best(bool maximize, List<double> values, int count) => maximize ? values.Take(count).Max() : values.Take(count).Min();

    private static bool Worse(bool maximize, double a, double b) => maximize ? a < b : a > b;

    private static int Sign(bool maximize) => maximize ? 1 : -1;

    private static List<double> Values(IReadOnlyList<JobMetric>? curve) => [.. (curve ?? []).Select(m => m.Value).Where(double.IsFinite)];
}
