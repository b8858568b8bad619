using System.Globalization;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Comparison;

/// <summary>Holds a data set against the constraints and the statistics of a baseline.</summary>
public static class DataComparison
{
    /// <summary>All violations, feature by feature in the baseline's order.</summary>
    public static IReadOnlyList<Violation> Check(DatasetStatistics data, DataConstraints constraints, DatasetStatistics? baseline)
    {
        if (!constraints.Evaluate || data.Rows == 0) return [];
        var found = new List<Violation>();
        if (constraints.DriftOnly)
        {
            foreach (var feature in data.Features)
                CheckDrift(feature, constraints.Features.FirstOrDefault(r => r.Name == feature.Name), constraints, baseline?.Find(feature.Name), found);
            return found;
        }
        foreach (var rule in constraints.Features)
        {
            if (data.Find(rule.Name) is { } feature)
            {
                CheckValues(feature, rule, constraints, found);
                CheckDrift(feature, rule, constraints, baseline?.Find(rule.Name), found);
            }
            else
            {
                found.Add(new Violation(rule.Name, CheckType.MissingColumn, "There is no such column in the current data, while the baseline has one."));
            }
        }
        foreach (var extra in data.Features.Where(f => constraints.Features.All(r => r.Name != f.Name)))
            found.Add(new Violation(extra.Name, CheckType.ExtraColumn, "There is such a column in the current data, while the baseline has none."));
        return found;
    }

    /// <summary>How far each feature that both know has moved.</summary>
    public static IReadOnlyList<FeatureDrift> Drift(DatasetStatistics data, DataConstraints constraints, DatasetStatistics? baseline) =>
        [.. data.Features.Select(f => baseline?.Find(f.Name) is { } old ? Drift(f, old, constraints.Method) : null).OfType<FeatureDrift>()];

    private static void CheckDrift(FeatureStatistics feature, FeatureConstraints? rule, DataConstraints all, FeatureStatistics? old, List<Violation> found)
    {
        if (!all.CompareDistributions || old is null || Drift(feature, old, all.Method) is not { } drift) return;
        var threshold = rule?.DriftThreshold ?? (feature.Categories is null ? all.NumberDriftThreshold : all.CategoryDriftThreshold);
        if (drift.Distance > threshold)
            found.Add(new Violation(feature.Name, CheckType.BaselineDrift, $"Baseline drift distance: {Number(drift.Distance)} exceeds threshold: {Number(threshold)}. Population stability index: {Number(drift.PopulationStability)}, Jensen-Shannon distance: {Number(drift.JensenShannon)}."));
    }

    private static void CheckValues(FeatureStatistics feature, FeatureConstraints rule, DataConstraints all, List<Violation> found)
    {
        var typed = TypeShare(feature, rule.Type);
        if (typed < all.TypeThreshold)
            found.Add(new Violation(feature.Name, CheckType.DataType, $"Data type match requirement is not met. Expected data type: {rule.Type}, Expected match: {Percent(all.TypeThreshold)}. Observed: Only {Percent(typed)} of data is {rule.Type}."));
        if (feature.Completeness < rule.Completeness)
            found.Add(new Violation(feature.Name, CheckType.Completeness, $"Data completeness requirement is not met. Expected: at least {Percent(rule.Completeness)}. Observed: {Percent(feature.Completeness)}."));
        if (rule.NonNegative && feature.Numbers is { Min: < 0 } numbers)
            found.Add(new Violation(feature.Name, CheckType.Range, $"Numbers must not be below 0. Observed minimum: {Number(numbers.Min)}."));
        if (rule.Domain is { } domain && feature.Categories is { } categories && feature.Present > 0)
        {
            var known = domain.ToHashSet(StringComparer.Ordinal);
            var share = (double)categories.Where(c => known.Contains(c.Value)).Sum(c => c.Count) / feature.Present;
            if (share < all.DomainThreshold)
                found.Add(new Violation(feature.Name, CheckType.CategoricalValues, $"Values must be among the {domain.Count} of the baseline. Expected match: {Percent(all.DomainThreshold)}. Observed: Only {Percent(share)}; new values such as {string.Join(", ", categories.Where(c => !known.Contains(c.Value)).Take(5).Select(c => $"'{c.Value}'"))}."));
        }
    }

    private static FeatureDrift? Drift(FeatureStatistics feature, FeatureStatistics old, DriftMethod method)
    {
        if (feature is { Numbers: { } now } && old.Numbers is { } then)
        {
            var ks = Distances.KolmogorovSmirnov(then.Sketch, now.Sketch);
            var (expected, actual) = Distances.Deciles(then.Sketch, now.Sketch);
            var far = Distances.JensenShannon(expected, actual);
            var distance = method switch { DriftMethod.Simple => ks, DriftMethod.Divergence => far * far, _ => Distances.Robust(ks, then.Sketch.Count, now.Sketch.Count) };
            return new FeatureDrift(feature.Name, distance, ks, Distances.PopulationStability(expected, actual), far);
        }
        if (feature is { Categories: { Count: > 0 } seen } && old.Categories is { Count: > 0 } known)
        {
            var largest = Distances.LInfinity(known, seen);
            var (expected, actual) = Distances.Shares(known, seen);
            var distance = method is DriftMethod.Simple or DriftMethod.Divergence ? largest : Distances.Robust(largest, old.Present, feature.Present);
            return new FeatureDrift(feature.Name, distance, null, Distances.PopulationStability(expected, actual), Distances.JensenShannon(expected, actual));
        }
        return null;
    }

    /// <summary>A whole number is a number too; every number may stand where texts are.</summary>
    private static double TypeShare(FeatureStatistics feature, FeatureType wanted) => feature.Present == 0 ? 1 : wanted switch
    {
        FeatureType.Integral => (double)feature.IntegralCount / feature.Present,
        FeatureType.Fractional => (double)(feature.IntegralCount + feature.FractionalCount) / feature.Present,
        _ => 1,
    };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##}%");

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
