using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Principal Component Analysis.</summary>
internal sealed class Pca : AmazonAlgorithm
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public Pca()
    {
        Algorithm = new("pca", "sagemaker-pca");
        Repositories = ["pca"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1).Required(),
        Whole("mini_batch_size", 1).Required().WithoutEffect("components do not depend on how many rows are read at once"),
        Whole("num_components", 1).Required(),
        Word("algorithm_mode", "regular", "randomized"),
        Whole("extra_components", -1),
        Word("subtract_mean", "true", "false"),
    ];

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices) => new()
    {
        Algorithm = "pca",
        Task = LearningTask.Projection,
        HyperParameters = new Dictionary<string, string> { ["components"] = values.Word("num_components", ""), ["center"] = values.Word("subtract_mean", "true"),
            ["method"] = values.Word("algorithm_mode", "regular") == "randomized" ? "randomized" : "exact", ["extra_components"] = values.Word("extra_components", "-1") },
        Layout = Unsupervised(format),
        FeatureCount = FeatureDim(values),
    };
}
