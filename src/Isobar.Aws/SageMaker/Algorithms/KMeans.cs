using System.Globalization;
using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>K-Means.</summary>
internal sealed class KMeans : AmazonAlgorithm
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public KMeans()
    {
        Algorithm = new("kmeans", "sagemaker-kmeans") { Metrics = Metrics.Of(["msd", "ssd"]) };
        Repositories = ["kmeans"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Whole("feature_dim", 1).Required(),
        Whole("k", 1).Required(),
        Whole("epochs", 1),
        Free("eval_metrics"),
        Whole("extra_center_factor", 1).OrAuto(),
        Whole("half_life_time_size", 0),
        Word("init_method", "random", "kmeans++"),
        Word("local_lloyd_init_method", "kmeans++", "random"),
        Whole("local_lloyd_max_iter", 1),
        Whole("local_lloyd_num_trials", 1).OrAuto(),
        Number("local_lloyd_tol", 0),
        Whole("mini_batch_size", 1),
    ];

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        var wrong = Evaluated(values).Where(m => m is not ("msd" or "ssd")).ToList();
        if (wrong.Count > 0) yield return $"'{string.Join(", ", wrong)}' is not one of ['msd', 'ssd'] (hyperparameter 'eval_metrics')";
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        // Where nothing is said of how the data streams by, all of it stays in sight, which finds the tightest clusters.
        var streams = OfStreams.Any(values.Has);
        var mapped = new Dictionary<string, string>
        {
            ["k"] = values.Word("k", ""),
            ["init"] = values.Word("local_lloyd_init_method", "kmeans++"),
            ["epochs"] = Count(Math.Min(values.Whole("local_lloyd_max_iter", 300), 100_000)),
            ["trials"] = Count(Math.Clamp(values.Whole("local_lloyd_num_trials", 1), 1, 100)),
            ["tolerance"] = ParameterValues.Text(values.Number("local_lloyd_tol", 0.0001)),
        };
        if (streams)
        {
            mapped["batch"] = Count(Math.Min(values.Whole("mini_batch_size", 5000), 10_000_000));
            mapped["passes"] = Count(Math.Min(values.Whole("epochs", 1), 100_000));
            mapped["extra_centres"] = Count(Math.Clamp(values.Whole("extra_center_factor", 5), 1, 1000));
            mapped["half_life"] = ParameterValues.Text(values.Number("half_life_time_size", 0));
            mapped["stream_init"] = values.Word("init_method", "random");
            // So that streamed centres join well where nothing else is asked for.
            if (!values.Has("local_lloyd_num_trials")) mapped["trials"] = "5";
        }
        return new()
        {
            Algorithm = "k-means",
            Task = LearningTask.Clustering,
            HyperParameters = mapped,
            Report = Evaluated(values) is { Length: > 0 } asked ? asked : ["msd"],
            Layout = Unsupervised(format),
            FeatureCount = FeatureDim(values),
        };
    }

    private static readonly string[] OfStreams = ["epochs", "extra_center_factor", "half_life_time_size", "init_method", "mini_batch_size"];

    /// <summary>Written as a list, as in <c>["msd", "ssd"]</c>.</summary>
    private static string[] Evaluated(ParameterValues values) => values.Word("eval_metrics", "").Split(['[', ']', '"', '\'', ',', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static string Count(int value) => value.ToString(CultureInfo.InvariantCulture);
}
