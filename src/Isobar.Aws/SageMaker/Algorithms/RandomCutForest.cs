using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Random Cut Forest.</summary>
internal sealed class RandomCutForest : AmazonAlgorithm
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public RandomCutForest()
    {
        Algorithm = new("randomcutforest", "sagemaker-randomcutforest") { Metrics = Metrics.Of(["mean_score"], "train") };
        Repositories = ["randomcutforest"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1, 10_000).Required(),
        List("eval_metrics", "accuracy", "precision_recall_fscore").WithoutEffect("the test channel is not scored"),
        Whole("num_samples_per_tree", 1, 2048),
        Whole("num_trees", 50, 1000),
    ];

    // A test channel carries labels that the train channel lacks; the engine reads all channels alike, so it is left alone.
    public override IReadOnlyList<string> Channels => ["train"];

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        return new()
        {
            TestChannel = "isobar-unread",
            ValidationChannel = "isobar-unread",
            Algorithm = "random-cut-forest",
            Task = LearningTask.Anomaly,
            HyperParameters = new Dictionary<string, string> { ["trees"] = values.Word("num_trees", "100"), ["rows_per_tree"] = values.Word("num_samples_per_tree", "256") },
            Layout = Unsupervised(format),
            FeatureCount = FeatureDim(values),
        };
    }
}
