using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>How a search is bounded and judged.</summary>
internal sealed record AutoMlOptions(TimeSpan Budget, int MaxCandidates, int Folds, double Holdout, string Objectives, int EnsembleSize, int KeptCandidates, bool Importance, string InferTask, IReadOnlyList<string> Algorithms)
{
    private static readonly string[] Searchable = ["boosted-trees", "linear", "logistic", "k-nearest-neighbours"];

    public static IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Float("max_seconds", 600, 1, 604_800, "The search ends after so many seconds, what is fitted by then counts."),
        HyperParameter.Int("max_candidates", 30, 1, 1000, "The search ends after so many candidates. With time to spare, equal seeds give equal models."),
        HyperParameter.Int("folds", 5, 2, 20, "Folds of the cross-validation; large data, and a validation channel, are held out once instead."),
        HyperParameter.Float("holdout", 0, 0, 0.9, "Share of the rows to hold out once instead of folds; 0 for folds."),
        new HyperParameter("objective", "default", $"What ranks candidates: one of {string.Join(", ", AutoMl.Objective.All)}; default is logloss for classes and rmse for numbers. Or one for each task, such as binary:f1,multiclass:accuracy,regression:mse."),
        HyperParameter.Int("ensemble_size", 8, 1, 50, "Most candidates in the final ensemble; 1 takes the best alone."),
        HyperParameter.Int("kept_candidates", 10, 0, 100, "So many of the best candidates are written as models of their own beside the ensemble."),
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
        return new AutoMlOptions(TimeSpan.FromSeconds(values.Float("max_seconds")), values.Int("max_candidates"), values.Int("folds"), values.Float("holdout"), values["objective"],
            values.Int("ensemble_size"), values.Int("kept_candidates"), values.Flag("importance"), values["infer_task"], algorithms);
    }
}
