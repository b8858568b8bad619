using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Random Cut Forest.</summary>
internal sealed class RandomCutForest : AmazonAlgorithm
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RandomCutForest()
    {
        Algorithm = new("randomcutforest", "sagemaker-randomcutforest") { Metrics = Metrics.Of(["accuracy", "f1", "mean_score", "precision", "recall"], "train", "test") };
        Repositories = ["randomcutforest"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1, 10_000).Required(),
        Free("eval_metrics"),
        Whole("num_samples_per_tree", 1, 2048),
        Whole("num_trees", 50, 1000),
    ];

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        var wrong = Evaluated(values).Where(m => m is not ("accuracy" or "precision_recall_fscore")).ToList();
        if (wrong.Count > 0) yield return $"'{string.Join(", ", wrong)}' is not one of ['accuracy', 'precision_recall_fscore'] (hyperparameter 'eval_metrics')";
    }

    public override IReadOnlyList<string> Channels => ["train", "test"];

    /// <summary>The test channel says in its first column what is unusual (1) and what is not (0).</summary>
    public override DataLayout? LayoutOf(string channel, ChannelFormat format, ChannelFormat train, ParameterValues values) => format.LabelSize == 1 ? Supervised(format, classes: false) : base.LayoutOf(channel, format, train, values);

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        return new()
        {
            ValidationChannel = "isobar-unread",
            Algorithm = "random-cut-forest",
            Task = LearningTask.Anomaly,
            HyperParameters = new Dictionary<string, string> { ["trees"] = values.Word("num_trees", "100"), ["rows_per_tree"] = values.Word("num_samples_per_tree", "256") },
            Report = values.Has("eval_metrics") ? [.. Evaluated(values).SelectMany(m => m == "accuracy" ? [m] : new[] { "precision", "recall", "f1" }), "mean_score"] : [],
            Layout = Unsupervised(format) with { Label = "label" },
            FeatureCount = FeatureDim(values),
        };
    }

    /// <summary>A list, in brackets or not, as in <c>["accuracy", "precision_recall_fscore"]</c>.</summary>
    private static string[] Evaluated(ParameterValues values) => values.Word("eval_metrics", "").Split(['[', ']', '"', '\'', ',', ' '], StringSplitOptions.RemoveEmptyEntries);
}
