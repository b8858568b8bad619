using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>What ends a candidate or the search before its budget does.</summary>
/// <param name="CandidateTime">The longest that a candidate may take; null for no such limit.</param>
/// <param name="ExitScore">The objective's value that is good enough.</param>
/// <param name="Patience">Candidates in a row without a better one; 0 for no such limit.</param>
internal sealed record SearchBounds(TimeSpan? CandidateTime, double? ExitScore, int Patience)
{
    // The first candidates are the portfolio: which of them is best says little of those behind it.
    public const int First = 20;
}

/// <summary>How a search is bounded and judged.</summary>
internal sealed record AutoMlOptions(TimeSpan Budget, int MaxCandidates, int Folds, int Repeats, double Holdout, string Objectives, int EnsembleSize, int KeptCandidates, bool Importance, string InferTask, IReadOnlyList<string> Algorithms, SearchBounds Bounds)
{
    private static readonly string[] Searchable = ["boosted-trees", "linear", "logistic", "k-nearest-neighbours"];

    public static IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Float("max_seconds", 600, 1, 604_800, "The search ends after so many seconds, what is fitted by then counts."),
        HyperParameter.Int("max_candidates", 30, 1, 1000, "The search ends after so many candidates. With time to spare, equal seeds give equal models."),
        HyperParameter.Int("folds", 5, 2, 20, "Folds of the cross-validation; large data, and a validation channel, are held out once instead."),
        HyperParameter.Int("repeats", 0, 0, 20, "How often the rows are cut into folds anew; 0 for three times below a thousand rows, and once from there on."),
        HyperParameter.Float("holdout", 0, 0, 0.9, "Share of the rows to hold out once instead of folds; 0 for folds."),
        new HyperParameter("objective", "default", $"What ranks candidates: one of {string.Join(", ", AutoMl.Objective.All)}; default is logloss for classes and rmse for numbers. Or one for each task, such as binary:f1,multiclass:accuracy,regression:mse."),
        HyperParameter.Int("ensemble_size", 8, 1, 50, "Most candidates in the final ensemble; 1 takes the best alone."),
        HyperParameter.Int("kept_candidates", 10, 0, 100, "So many of the best candidates are written as models of their own beside the ensemble."),
        HyperParameter.Float("max_candidate_seconds", 0, 0, 604_800, "A candidate that takes longer is given up and the next one tried; 0: none is."),
        new HyperParameter("exit_score", "", "The search ends once the objective is this good; empty: it goes on."),
        HyperParameter.Int("patience", 0, 0, 1000, "The search ends after so many candidates in a row that were no better, though not among the first 20; 0: it goes on."),
        HyperParameter.Choice("importance", "Whether permutation importance is measured.", "true", "false"),
        HyperParameter.Choice("infer_task", "Whether the label decides the task: two values binary, few values or words multiclass, else a number; classes never takes it for a number.", "false", "true", "classes"),
        new HyperParameter("algorithms", "all", $"Comma-separated algorithms to search: {string.Join(", ", Searchable)}."),
    ];

    public static AlgorithmInfo Info { get; } = new(AutoMlTrainer.Name, [LearningTask.Binary, LearningTask.Multiclass, LearningTask.Regression], HyperParameters);

    public static Result<AutoMlOptions> Of(HyperParameterValues values)
    {
        string[] algorithms = values["algorithms"] == "all" ? Searchable : values["algorithms"].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (algorithms.FirstOrDefault(a => !Searchable.Contains(a)) is { } unknown || algorithms.Length == 0)
            return Error.Invalid("algorithms", values["algorithms"], $"must be all, or some of {string.Join(", ", Searchable)}");
        double? exit = null;
        if (values["exit_score"].Length > 0)
        {
            if (!double.TryParse(values["exit_score"], System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var score)) return Error.Invalid("exit_score", values["exit_score"], "must be a number, or empty");
            exit = score;
        }
        var bounds = new SearchBounds(values.Float("max_candidate_seconds") is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null, exit, values.Int("patience"));
        return new AutoMlOptions(TimeSpan.FromSeconds(values.Float("max_seconds")), values.Int("max_candidates"), values.Int("folds"), values.Int("repeats"), values.Float("holdout"), values["objective"],
            values.Int("ensemble_size"), values.Int("kept_candidates"), values.Flag("importance"), values["infer_task"], algorithms, bounds);
    }
}
