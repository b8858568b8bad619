using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.AutoMl;

/// <summary>The measure that ranks candidates.</summary>
internal sealed record Objective(string Name)
{
    private static readonly string[] RelativeNumbers = [WeightedScores.Rmse, WeightedScores.Mae, WeightedScores.Spearman, WeightedScores.LogError];
    private static readonly string[] WeightedClasses = [WeightedScores.Auc, WeightedScores.AveragePrecision, WeightedScores.Precision, WeightedScores.NormMacroRecall];
    private static readonly string[] Numbers = ["rmse", "mse", "mae", "r2", .. RelativeNumbers];
    private static readonly string[] Classes = ["logloss", "accuracy", "error", "f1", .. WeightedClasses];
    private static readonly string[] TwoClasses = [.. Classes, "auc", "precision", "recall"];

    public bool Maximize => Name is "accuracy" or "f1" or "auc" or "precision" or "recall" or "r2" or WeightedScores.Spearman || WeightedClasses.Contains(Name);

    public static IReadOnlyList<string> For(LearningTask task) => task switch { LearningTask.Regression => Numbers, LearningTask.Binary => TwoClasses, _ => Classes };

    /// <summary>What the options ask for in this task.</summary>
    public static Result<Objective> Choose(string wanted, LearningTask task)
    {
        var items = wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(i => i.Split(':', 2)).ToList();
        var name = items.Find(i => i.Length == 1 || string.Equals(i[0], task.ToString(), StringComparison.OrdinalIgnoreCase))?[^1] ?? "default";
        if (name == "default") name = task == LearningTask.Regression ? "rmse" : "logloss";
        return For(task).Contains(name)
            ? new Objective(name)
            : Error.Invalid("objective", name, $"'{name}' does not rank a {task.ToString().ToLowerInvariant()} task: {string.Join(", ", For(task))} do.");
    }

    public static string[] All => ["default", .. TwoClasses, .. Numbers];

    /// <summary>All measures of predictions: numbers, or class probabilities row by row.</summary>
    public static IReadOnlyDictionary<string, double> Measure(float[] labels, float[] predictions, int classes)
    {
        var usual = Usual(labels, predictions, classes);
        var more = classes < 2 ? WeightedScores.Numbers(labels, predictions, usual["rmse"], usual["mae"]) : WeightedScores.Classes(labels, predictions, classes);
        return new Dictionary<string, double>(usual.Concat(more));
    }

    private static IReadOnlyDictionary<string, double> Usual(float[] labels, float[] predictions, int classes) => classes < 2
        ? Scores.Regression(labels, predictions)
        : Scores.Classification(labels, predictions, classes);

    public double Of(IReadOnlyDictionary<string, double> measures) => measures[Name];

    /// <summary>How bad predictions are. It is asked very often, so it counts no more than it needs.</summary>
    public double Loss(float[] labels, float[] predictions, int classes) =>
        Loss(RelativeNumbers.Contains(Name) || WeightedClasses.Contains(Name) ? Measure(labels, predictions, classes) : Usual(labels, predictions, classes));

    /// <summary>The measure as something to make small; among classes a trace of the log loss parts what accuracy alone sees as equal.</summary>
    public double Loss(IReadOnlyDictionary<string, double> measures) =>
        (Maximize ? -measures[Name] : measures[Name]) + (Name is not "logloss" && measures.TryGetValue("logloss", out var loss) ? 1e-3 * loss : 0);
}
