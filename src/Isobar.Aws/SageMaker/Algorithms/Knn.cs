using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>k-Nearest Neighbours.</summary>
internal sealed class Knn : AmazonAlgorithm
{
    private const string Flat = "the index is exact";

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public Knn()
    {
        Algorithm = new("knn", "sagemaker-knn") { Metrics = Metrics.Of(["accuracy", "mse"], "train", "test") };
        Repositories = ["knn"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1).Required(),
        Whole("k", 1, 1024).Required(),
        Word("predictor_type", "classifier", "regressor").Required(),
        Whole("sample_size", 1).Required(),
        Whole("dimension_reduction_target", 1).WithoutEffect("distances are taken over all features"),
        Word("dimension_reduction_type", "sign", "fjlt").WithoutEffect("distances are taken over all features"),
        Whole("faiss_index_ivf_nlists", 1).OrAuto().WithoutEffect(Flat),
        Whole("faiss_index_pq_m", 1).OrAuto().WithoutEffect(Flat),
        Word("index_metric", "L2", "INNER_PRODUCT", "COSINE"),
        Word("index_type", "faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ").WithoutEffect(Flat),
        Whole("mini_batch_size", 1).WithoutEffect("all rows are read at once"),
    ];

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        if (values.Has("dimension_reduction_type") && !values.Has("dimension_reduction_target")) yield return "'dimension_reduction_target' is a required property when 'dimension_reduction_type' is set";
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        var classes = values.Word("predictor_type", "") == "classifier";
        return new()
        {
            Algorithm = "k-nearest-neighbours",
            Task = classes ? LearningTask.Multiclass : LearningTask.Regression,
            HyperParameters = new Dictionary<string, string> { ["k"] = values.Word("k", ""), ["sample_size"] = Math.Min(values.Whole("sample_size", 1), 10_000_000).ToString(System.Globalization.CultureInfo.InvariantCulture),
                ["metric"] = values.Word("index_metric", "L2") switch { "INNER_PRODUCT" => "inner_product", "COSINE" => "cosine", _ => "euclidean" } },
            Layout = Supervised(format, classes),
            FeatureCount = FeatureDim(values),
        };
    }
}
