using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>K-Means.</summary>
internal sealed class KMeans : AmazonAlgorithm
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public KMeans()
    {
        Algorithm = new("kmeans", "sagemaker-kmeans") { Metrics = Metrics.Of(["msd"]) };
        Repositories = ["kmeans"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1).Required(),
        Whole("k", 1).Required(),
        Whole("epochs", 1).WithoutEffect("all rows are clustered in memory"),
        Free("eval_metrics").WithoutEffect("the mean squared distance is reported"),
        Whole("extra_center_factor", 1).OrAuto().WithoutEffect("all rows are clustered in memory"),
        Whole("half_life_time_size", 0).WithoutEffect("all rows weigh the same"),
        Word("init_method", "random", "kmeans++").WithoutEffect("local_lloyd_init_method draws the centres"),
        Word("local_lloyd_init_method", "kmeans++", "random"),
        Whole("local_lloyd_max_iter", 1),
        Whole("local_lloyd_num_trials", 1).OrAuto().WithoutEffect("one trial is made"),
        Number("local_lloyd_tol", 0).WithoutEffect("iterations end when no row moves, or at local_lloyd_max_iter"),
        Whole("mini_batch_size", 1).WithoutEffect("all rows are clustered in memory"),
    ];

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices) => new()
    {
        Algorithm = "k-means",
        Task = LearningTask.Clustering,
        HyperParameters = new Dictionary<string, string>
        {
            ["k"] = values.Word("k", ""),
            ["init"] = values.Word("local_lloyd_init_method", "kmeans++"),
            ["epochs"] = values.Word("local_lloyd_max_iter", "300"),
        },
        Layout = Unsupervised(format),
        FeatureCount = FeatureDim(values),
    };
}
