using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.Monitoring.Quality;

/// <summary>A model's answer beside the truth.</summary>
/// <param name="Probability">Of the positive class; null where the model gives none.</param>
public readonly record struct JudgedAnswer(string Predicted, string Truth, double? Probability = null);

/// <summary>Measures answers against the truth.</summary>
public static class ModelQuality
{
    /// <summary>The metrics of the problem; fails when a regression's answers are no numbers or nothing can be judged.</summary>
    public static Result<QualityReport> Measure(ProblemKind problem, IReadOnlyList<JudgedAnswer> answers)
    {
        if (answers.Count == 0) return new Error(ErrorCode.FailedPrecondition, "No answer has a ground truth: nothing can be judged.");
        return problem == ProblemKind.Regression ? Regression(answers) : Classification(problem, answers);
    }

    private static Result<QualityReport> Regression(IReadOnlyList<JudgedAnswer> answers)
    {
        double absolute = 0, squared = 0, sum = 0, sumOfSquares = 0;
        foreach (var answer in answers)
        {
            if (!Number(answer.Predicted, out var predicted) || !Number(answer.Truth, out var truth))
                return new Error(ErrorCode.InvalidArgument, $"A regression's answers and truths must be numbers; found '{answer.Predicted}' and '{answer.Truth}'.");
            absolute += Math.Abs(predicted - truth);
            squared += (predicted - truth) * (predicted - truth);
            sum += truth;
            sumOfSquares += truth * truth;
        }
        double n = answers.Count, total = sumOfSquares - sum * sum / n;
        return new QualityReport
        {
            Problem = ProblemKind.Regression, Rows = answers.Count,
            Metrics = new Dictionary<string, double> { ["mae"] = absolute / n, ["mse"] = squared / n, ["rmse"] = Math.Sqrt(squared / n), ["r2"] = total > 0 ? 1 - squared / total : 0 },
        };
    }

    private static QualityReport Classification(ProblemKind problem, IReadOnlyList<JudgedAnswer> answers)
    {
        var pairs = answers.Select(a => (Truth: Label(a.Truth), Predicted: Label(a.Predicted))).ToList();
        var classes = pairs.SelectMany(p => new[] { p.Truth, p.Predicted }).Distinct().Order(StringComparer.Ordinal).ToList();
        var confusion = classes.ToDictionary(t => t, t => (IReadOnlyDictionary<string, long>)classes.ToDictionary(p => p, p => (long)pairs.Count(x => x.Truth == t && x.Predicted == p)));
        var metrics = new Dictionary<string, double> { ["accuracy"] = (double)pairs.Count(p => p.Truth == p.Predicted) / pairs.Count };
        if (problem == ProblemKind.BinaryClassification) Binary(answers, pairs, classes, metrics);
        else Weighted(pairs, classes, metrics);
        return new QualityReport { Problem = problem, Rows = answers.Count, Metrics = metrics, Confusion = confusion };
    }

    private static void Binary(IReadOnlyList<JudgedAnswer> answers, List<(string Truth, string Predicted)> pairs, List<string> classes, Dictionary<string, double> metrics)
    {
        // The positive class is 1 or true where there is one, else the last in order.
        var positive = classes.Find(c => c is "1" or "true" or "True") ?? classes[^1];
        double tp = pairs.Count(p => p.Truth == positive && p.Predicted == positive), fp = pairs.Count(p => p.Truth != positive && p.Predicted == positive);
        double fn = pairs.Count(p => p.Truth == positive && p.Predicted != positive), tn = pairs.Count - tp - fp - fn;
        double precision = Ratio(tp, tp + fp), recall = Ratio(tp, tp + fn);
        metrics["precision"] = precision;
        metrics["recall"] = recall;
        metrics["f1"] = F(1, precision, recall);
        metrics["f0_5"] = F(0.5, precision, recall);
        metrics["f2"] = F(2, precision, recall);
        metrics["true_positive_rate"] = recall;
        metrics["true_negative_rate"] = Ratio(tn, tn + fp);
        metrics["false_positive_rate"] = Ratio(fp, tn + fp);
        metrics["false_negative_rate"] = Ratio(fn, tp + fn);
        if (answers.All(a => a.Probability is not null)) metrics["auc"] = Auc(answers.Select(a => (a.Probability!.Value, Label(a.Truth) == positive)));
    }

    private static void Weighted(List<(string Truth, string Predicted)> pairs, List<string> classes, Dictionary<string, double> metrics)
    {
        double precision = 0, recall = 0, f1 = 0, f05 = 0, f2 = 0;
        foreach (var c in classes)
        {
            double tp = pairs.Count(p => p.Truth == c && p.Predicted == c), truth = pairs.Count(p => p.Truth == c), said = pairs.Count(p => p.Predicted == c);
            double weight = truth / pairs.Count, p1 = Ratio(tp, said), r1 = Ratio(tp, truth);
            (precision, recall, f1, f05, f2) = (precision + weight * p1, recall + weight * r1, f1 + weight * F(1, p1, r1), f05 + weight * F(0.5, p1, r1), f2 + weight * F(2, p1, r1));
        }
        metrics["weighted_precision"] = precision;
        metrics["weighted_recall"] = recall;
        metrics["weighted_f1"] = f1;
        metrics["weighted_f0_5"] = f05;
        metrics["weighted_f2"] = f2;
    }

    /// <summary>The chance that a positive is scored above a negative, ties counting half (Mann-Whitney).</summary>
    private static double Auc(IEnumerable<(double Score, bool Positive)> scores)
    {
        double rank = 0, sum = 0, positives = 0, negatives = 0;
        foreach (var tie in scores.GroupBy(s => s.Score).OrderBy(g => g.Key))
        {
            double count = tie.Count(), up = tie.Count(s => s.Positive);
            sum += up * (rank + (count + 1) / 2);
            (rank, positives, negatives) = (rank + count, positives + up, negatives + count - up);
        }
        return positives == 0 || negatives == 0 ? 0.5 : (sum - positives * (positives + 1) / 2) / (positives * negatives);
    }

    private static double F(double beta, double precision, double recall) => Ratio((1 + beta * beta) * precision * recall, beta * beta * precision + recall);

    private static double Ratio(double part, double whole) => whole == 0 ? 0 : part / whole;

    /// <summary>Models answer 1.0 where the truth says 1.</summary>
    private static string Label(string text) => Number(text.Trim(), out var number) ? number.ToString(CultureInfo.InvariantCulture) : text.Trim();

    private static bool Number(string text, out double number) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
