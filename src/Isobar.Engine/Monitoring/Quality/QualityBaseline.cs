using System.Globalization;
using Isobar.Engine.Monitoring.Comparison;

namespace Isobar.Engine.Monitoring.Quality;

/// <summary>Constraints of a model's quality.</summary>
public static class QualityBaseline
{
    private static readonly HashSet<string> LowerIsBetter = ["mae", "mse", "rmse", "false_positive_rate", "false_negative_rate"];

    /// <summary>The model must stay as good as it was when the baseline was taken.</summary>
    public static IReadOnlyList<QualityConstraint> Suggest(QualityReport report) =>
        [.. report.Metrics.Select(m => new QualityConstraint(m.Key, m.Value, !LowerIsBetter.Contains(m.Key)))];

    /// <summary>The metrics that are out of bounds.</summary>
    public static IReadOnlyList<Violation> Check(QualityReport report, IReadOnlyList<QualityConstraint> constraints)
    {
        var found = new List<Violation>();
        foreach (var rule in constraints)
        {
            if (!report.Metrics.TryGetValue(rule.Metric, out var value)) continue;
            if (rule.IsMinimum ? value >= rule.Threshold : value <= rule.Threshold) continue;
            var check = rule.IsMinimum ? CheckType.BelowThreshold : CheckType.AboveThreshold;
            found.Add(new Violation(rule.Metric, check, string.Create(CultureInfo.InvariantCulture, $"Metric {rule.Metric} with {value} was {(rule.IsMinimum ? "LessThanThreshold" : "GreaterThanThreshold")} '{rule.Threshold}'")));
        }
        return found;
    }
}
