using Isobar.Engine.Algorithms;

namespace Isobar.Aws.SageMaker.AutoMl;

/// <summary>Autopilot's words and the engine's.</summary>
internal static class AutoMlWords
{
    // What Autopilot ranks by when it is not told: F1 for two classes, accuracy for several, the mean squared error for numbers.
    public const string Defaults = "binary:f1,multiclass:accuracy,regression:mse";

    private static readonly (string Metric, string Name, LearningTask[] Tasks)[] Metrics =
    [
        ("Accuracy", "accuracy", [LearningTask.Binary, LearningTask.Multiclass]),
        ("F1", "f1", [LearningTask.Binary]),
        ("F1macro", "f1", [LearningTask.Multiclass]),
        ("AUC", "auc", [LearningTask.Binary]),
        ("Precision", "precision", [LearningTask.Binary]),
        ("Recall", "recall", [LearningTask.Binary]),
        ("MSE", "mse", [LearningTask.Regression]),
        ("RMSE", "rmse", [LearningTask.Regression, LearningTask.Forecasting]),
        ("MAE", "mae", [LearningTask.Regression]),
        ("R2", "r2", [LearningTask.Regression]),
        ("AverageWeightedQuantileLoss", "wql", [LearningTask.Forecasting]),
        ("WAPE", "wape", [LearningTask.Forecasting]),
        ("MASE", "mase", [LearningTask.Forecasting]),
        ("MAPE", "mape", [LearningTask.Forecasting]),
    ];

    /// <summary>The engine's name of a metric for a task, or null where it has none.</summary>
    public static string? Objective(string metric, LearningTask task) => Metrics.FirstOrDefault(m => m.Metric == metric && m.Tasks.Contains(task)).Name;

    public static IEnumerable<string> Objectives(LearningTask task) => Metrics.Where(m => m.Tasks.Contains(task)).Select(m => m.Metric);

    /// <summary>Autopilot's name of the engine's metric, or null.</summary>
    public static string? Metric(string name, LearningTask task) => Metrics.FirstOrDefault(m => m.Name == name && m.Tasks.Contains(task)).Metric;

    public static LearningTask? Task(string? problemType) => problemType switch
    {
        "BinaryClassification" => LearningTask.Binary,
        "MulticlassClassification" => LearningTask.Multiclass,
        "Regression" => LearningTask.Regression,
        _ => null,
    };

    public static string ProblemType(LearningTask task) => task switch
    {
        LearningTask.Binary => "BinaryClassification",
        LearningTask.Multiclass => "MulticlassClassification",
        _ => "Regression",
    };

    /// <summary>The engine's algorithms that stand for one of Autopilot's.</summary>
    public static IReadOnlyList<string> Algorithms(string autopilot) => autopilot switch
    {
        "xgboost" or "lightgbm" or "catboost" or "randomforest" or "extra-trees" => ["boosted-trees"],
        "linear-learner" => ["linear", "logistic"],
        _ => [],
    };
}
