using System.Globalization;
using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>k-Nearest Neighbours.</summary>
internal sealed class Knn : AmazonAlgorithm
{
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
        Whole("dimension_reduction_target", 1),
        Word("dimension_reduction_type", "sign", "fjlt"),
        Whole("faiss_index_ivf_nlists", 1).OrAuto(),
        Whole("faiss_index_pq_m", 1).OrAuto(),
        Word("index_metric", "L2", "INNER_PRODUCT", "COSINE"),
        Word("index_type", "faiss.Flat", "faiss.IVFFlat", "faiss.IVFPQ"),
        Whole("mini_batch_size", 1).WithoutEffect("all rows are read at once"),
    ];

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        if (!values.Has("dimension_reduction_type")) yield break;
        if (values.Has("dimension_reduction_target") && values.Whole("dimension_reduction_target", 0) >= values.Whole("feature_dim", 0))
            yield return $"'dimension_reduction_target' ({values.Word("dimension_reduction_target", "")}) must be less than 'feature_dim' ({values.Word("feature_dim", "")})";
        if (!values.Has("dimension_reduction_target")) yield return "'dimension_reduction_target' is a required property when 'dimension_reduction_type' is set";
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        var classes = values.Word("predictor_type", "") == "classifier";
        var mapped = new Dictionary<string, string>
        {
            ["k"] = values.Word("k", ""),
            ["sample_size"] = Number(Math.Min(values.Whole("sample_size", 1), 10_000_000)),
            ["metric"] = values.Word("index_metric", "L2") switch { "INNER_PRODUCT" => "inner_product", "COSINE" => "cosine", _ => "euclidean" },
            ["index"] = values.Word("index_type", "faiss.Flat") switch { "faiss.IVFFlat" => "lists", "faiss.IVFPQ" => "codes", _ => "flat" },
            ["lists"] = Number(Math.Min(values.Whole("faiss_index_ivf_nlists", 0), 65_536)),
            ["code_parts"] = Number(Math.Min(values.Whole("faiss_index_pq_m", 0), 1024)),
        };
        if (values.Has("dimension_reduction_type")) (mapped["reduction"], mapped["reduced_features"]) = (values.Word("dimension_reduction_type", ""), values.Word("dimension_reduction_target", ""));
        return new()
        {
            Algorithm = "k-nearest-neighbours",
            Task = classes ? LearningTask.Multiclass : LearningTask.Regression,
            HyperParameters = mapped,
            Layout = Supervised(format, classes),
            FeatureCount = FeatureDim(values),
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
