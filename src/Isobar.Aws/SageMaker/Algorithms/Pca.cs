using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Principal Component Analysis.</summary>
internal sealed class Pca : AmazonAlgorithm
{
    private const string Exact = "components are computed exactly";

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public Pca()
    {
        Algorithm = new("pca", "sagemaker-pca");
        Repositories = ["pca"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1).Required(),
        Whole("mini_batch_size", 1).Required().WithoutEffect(Exact),
        Whole("num_components", 1).Required(),
        Word("algorithm_mode", "regular", "randomized").WithoutEffect(Exact),
        Whole("extra_components", -1).WithoutEffect(Exact),
        Word("subtract_mean", "true", "false"),
    ];

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices) => new()
    {
        Algorithm = "pca",
        Task = LearningTask.Projection,
        HyperParameters = new Dictionary<string, string> { ["components"] = values.Word("num_components", ""), ["center"] = values.Word("subtract_mean", "true") },
        Layout = Unsupervised(format),
        FeatureCount = FeatureDim(values),
    };
}
