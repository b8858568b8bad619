using System.Globalization;

namespace Isobar.MultiCloud.Monitoring.Quality;

/// <summary>How good predictions were.</summary>
internal static class QualityMetrics
{
    private const double Half = 0.5, Equal = 1e-9;

    public static readonly string[] Names = ["accuracy", "f1", "rmse", "mae"];

    /// <summary>The metric over some rows; null where there are none, or numbers are wanted and there are words.</summary>
    public static double? Of(string metric, IReadOnlyCollection<Outcome> outcomes)
    {
        if (outcomes.Count == 0) return null;
        if (metric == "accuracy") return outcomes.Average(o => IsRight(o) ? 1.0 : 0);
        if (metric == "f1") return F1(outcomes);
        var errors = new List<double>();
        foreach (var outcome in outcomes)
        {
            if (Number(outcome.Predicted) is not { } predicted || Number(outcome.Actual) is not { } actual) return null;
            errors.Add(predicted - actual);
        }
        return metric == "rmse" ? Math.Sqrt(errors.Average(e => e * e)) : errors.Average(Math.Abs);
    }

    // A probability of the class 1 is its prediction from one half on.
    private static bool IsRight(Outcome o)
    {
        if (o.Predicted == o.Actual) return true;
        if (Number(o.Predicted) is not { } predicted || Number(o.Actual) is not { } actual) return false;
        return Math.Abs(predicted - actual) < Equal || actual is 0 or 1 && predicted is > 0 and < 1 && predicted >= Half == (actual == 1);
    }

    // The mean over the classes that occur of the harmonic mean of precision and recall.
    private static double F1(IReadOnlyCollection<Outcome> outcomes)
    {
        var classes = outcomes.Select(o => o.Actual).Distinct().ToList();
        return classes.Average(c =>
        {
            var right = outcomes.Count(o => o.Actual == c && IsRight(o));
            var of = outcomes.Count(o => o.Actual == c) + outcomes.Count(o => IsRight(o) ? o.Actual == c : o.Predicted == c);
            return of == 0 ? 0 : 2.0 * right / of;
        });
    }

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
