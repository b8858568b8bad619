using Isobar.Engine.Algorithms;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Azure's words of automated machine learning, and the engine's.</summary>
internal static class AutoMlWords
{
    private static readonly string[] OfClasses = ["Classification", "TextClassification", "ImageClassification"];

    /// <summary>Primary metrics: the task, Azure's name, the engine's; the first of a task is its default.</summary>
    private static readonly (string Task, string Metric, string Name)[] Metrics =
    [
        ("Classification", "AUCWeighted", "auc_weighted"),
        ("Classification", "Accuracy", "accuracy"),
        ("Classification", "NormMacroRecall", "norm_macro_recall"),
        ("Classification", "AveragePrecisionScoreWeighted", "average_precision_weighted"),
        ("Classification", "PrecisionScoreWeighted", "precision_weighted"),
        ("Regression", "NormalizedRootMeanSquaredError", "nrmse"),
        ("Regression", "NormalizedMeanAbsoluteError", "nmae"),
        ("Regression", "R2Score", "r2"),
        ("Regression", "SpearmanCorrelation", "spearman"),
        ("Forecasting", "NormalizedRootMeanSquaredError", "nrmse"),
        ("Forecasting", "NormalizedMeanAbsoluteError", "nmae"),
    ];

    /// <summary>Algorithms: the tasks, Azure's name, the engine's.</summary>
    private static readonly (string Task, string Algorithm, string Name)[] Algorithms =
    [
        ("Classification", "LightGBM", "boosted-trees"),
        ("Classification", "LogisticRegression", "logistic"),
        ("Classification", "KNN", "k-nearest-neighbours"),
        ("Regression", "LightGBM", "boosted-trees"),
        ("Regression", "ElasticNet", "linear"),
        ("Regression", "KNN", "k-nearest-neighbours"),
        ("Forecasting", "LightGBM", "boosted-trees"),
        ("Forecasting", "ElasticNet", "linear"),
        ("Forecasting", "ExponentialSmoothing", "exponential-smoothing"),
        ("Forecasting", "SeasonalNaive", "seasonal-naive"),
        ("Forecasting", "SeasonalAverage", "seasonal-mean"),
        // Azure has no name for it; it is left out where only some are allowed.
        ("Forecasting", "Drift", "drift"),
    ];

    /// <summary>Those that Azure knows and the engine has not.</summary>
    private static readonly string[] NotBuilt =
    [
        "SGD", "MultinomialNaiveBayes", "BernoulliNaiveBayes", "SVM", "LinearSVM", "DecisionTree", "RandomForest", "ExtremeRandomTrees", "GradientBoosting", "XGBoostClassifier",
        "LassoLars", "XGBoostRegressor", "AutoArima", "Prophet", "Naive", "Average", "Arimax", "TCNForecaster", "LogisticRegression", "ElasticNet", "KNN", "LightGBM", "ExponentialSmoothing", "SeasonalNaive", "SeasonalAverage",
    ];

    /// <summary>What runs and their models call the engine's measures.</summary>
    private static readonly Dictionary<string, string> Logged = new()
    {
        ["accuracy"] = "accuracy",
        ["auc_weighted"] = "AUC_weighted",
        ["average_precision_weighted"] = "average_precision_score_weighted",
        ["norm_macro_recall"] = "norm_macro_recall",
        ["precision_weighted"] = "precision_score_weighted",
        ["logloss"] = "log_loss",
        ["auc"] = "AUC_binary",
        ["precision"] = "precision_score_binary",
        ["recall"] = "recall_score_binary",
        ["nrmse"] = "normalized_root_mean_squared_error",
        ["nmae"] = "normalized_mean_absolute_error",
        ["rmse"] = "root_mean_squared_error",
        ["mae"] = "mean_absolute_error",
        ["r2"] = "r2_score",
        ["spearman"] = "spearman_correlation",
    };

    /// <summary>Whether two words are the same, in whichever spelling: <c>NormMacroRecall</c>, <c>norm_macro_recall</c>.</summary>
    public static bool Same(string a, string b) => a.Replace("_", "", StringComparison.Ordinal).Equals(b.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

    /// <summary>Azure's name of the metric that ranks, and the engine's.</summary>
    public static (string Metric, string Name) Primary(string task, string? given, string field)
    {
        var known = Metrics.Where(m => m.Task == Table(task)).ToList();
        if (given is null) return task is "TextClassification" or "ImageClassification" ? ("Accuracy", "accuracy") : (known[0].Metric, known[0].Name);
        var found = known.Find(m => Same(m.Metric, given));
        if (found.Metric is not null) return (found.Metric, found.Name);
        var words = string.Join(", ", known.Select(m => m.Metric));
        throw Metrics.Any(m => Same(m.Metric, given)) ? ArmFault.Unsupported($"{field} is '{given}': it does not rank {task} here; {words} do.", field) : ArmFault.Invalid(field, given, $"must be one of {words}");
    }

    /// <summary>The engine's algorithms that a search may try.</summary>
    public static string Search(string task, IReadOnlyList<string>? allowed, IReadOnlyList<string> blocked, string field)
    {
        var built = Algorithms.Where(a => a.Task == Table(task)).ToList();
        var names = string.Join(", ", built.Select(a => a.Algorithm).Where(a => a != "Drift"));
        foreach (var name in blocked.Concat(allowed ?? []))
            if (!NotBuilt.Any(a => Same(a, name))) throw ArmFault.Invalid(field, name, $"is no algorithm of {task}; {names} are searched here");
        if (allowed?.FirstOrDefault(a => !built.Exists(b => Same(b.Algorithm, a))) is { } unbuilt) throw ArmFault.Unsupported($"{field}.allowedTrainingAlgorithms: {unbuilt} is not built here; {names} are.", field + ".allowedTrainingAlgorithms");
        var left = built.Where(b => (allowed is null || allowed.Any(a => Same(a, b.Algorithm))) && !blocked.Any(a => Same(a, b.Algorithm))).Select(b => b.Name).Distinct().ToList();
        return left.Count == 0 ? throw ArmFault.Invalid(field, string.Join(", ", blocked), "leaves no algorithm to search") : left.Count == built.Count ? "all" : string.Join(',', left);
    }

    /// <summary>Azure's name of the engine's algorithm.</summary>
    public static string Algorithm(string task, string name) => name == "weighted-ensemble" ? "VotingEnsemble" : Algorithms.FirstOrDefault(a => a.Task == Table(task) && a.Name == name).Algorithm ?? name;

    /// <summary>What runs call the engine's measure; null where Azure has none.</summary>
    public static string? Metric(string name, LearningTask task) => name == "f1" ? task == LearningTask.Binary ? "f1_score_binary" : "f1_score_macro" : Logged.GetValueOrDefault(name);

    /// <summary>The names of the engine's metrics as the job's own run shows them.</summary>
    public static IReadOnlyDictionary<string, string> DialectNames { get; } = new Dictionary<string, string>(Logged.SelectMany(l => new[] { KeyValuePair.Create($"validation:{l.Key}", l.Value), KeyValuePair.Create($"test:{l.Key}", "test_" + l.Value) }));

    private static string Table(string task) => OfClasses.Contains(task) ? "Classification" : task;
}
