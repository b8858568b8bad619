using System.Text.RegularExpressions;
using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.ParameterValues;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>XGBoost in algorithm mode, trained by the engine's boosted trees (or by its linear models where the booster is linear).</summary>
internal sealed partial class XgBoost : AlgorithmDefinition
{
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public XgBoost()
    {
        Algorithm = new("xgboost", "sagemaker-xgboost") { Metrics = Metrics.Of(["accuracy", "auc", "cox-nloglik", "error", "f1", "logloss", "mae", "map", "merror", "mlogloss", "mse", "ndcg", "precision", "r2", "recall", "rmse", "rmsle"], "train", "validation") };
        Repositories = ["sagemaker-xgboost", "xgboost"];
    }

    public override ParameterWords Words { get; } = new ToolkitWords();
    public override IReadOnlyList<DocumentedParameter> Parameters => XgBoostParameters.All;
    public override string Accepted => "csv, libsvm, parquet, recordio-protobuf, text/csv, text/libsvm, text/x-libsvm, application/x-parquet, application/x-recordio-protobuf";

    public override ChannelFormat? Format(string? contentType)
    {
        // The container takes a channel without a content type for libsvm.
        if (contentType is null) return new(DataFormat.LibSvm);
        var type = MediaType.Parse(contentType);
        return type.Name switch
        {
            "text/csv" or "csv" when type.LabelSize(1) == 1 => new(DataFormat.Csv),
            "text/libsvm" or "text/x-libsvm" or "libsvm" => new(DataFormat.LibSvm),
            "application/x-parquet" or "parquet" => new(DataFormat.Parquet),
            "application/x-recordio-protobuf" or "recordio-protobuf" => new(DataFormat.RecordIoProtobuf),
            _ => null,
        };
    }

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        var objective = values.Word("objective", "reg:squarederror");
        if (objective.StartsWith("multi:", StringComparison.Ordinal) && !values.Has("num_class")) yield return "Require input for parameter 'num_class' for multi-classification";
        // The container reads no bounds of labels from any of its formats, so XGBoost itself ends such a job on SageMaker with this check.
        if (objective is "survival:aft" or "aft_loss_distribution") yield return "XGBoostError: Check failed: info.labels_lower_bound_.Size() == ndata: the data formats of algorithm mode carry no bounds of labels; survival:cox takes times, below 0 where censored.";
        if (values.Word("booster", "gbtree") == "gblinear" && (Ranks(objective) || objective == "survival:cox"))
            yield return $"Objective '{objective}' is fitted by trees here; set booster to gbtree or dart.";
        // What XGBoost's own checks end such a job with.
        if (values.Word("process_type", "default") == "update") yield return "XGBoostError: Check failed: model_.trees.size() < model_.trees_to_update.size(): No more tree left for updating.";
        if (values.Word("sampling_method", "uniform") == "gradient_based" && values.Word("tree_method", "auto") != "gpu_hist")
            yield return "XGBoostError: Only uniform sampling is supported, gradient-based sampling is only support by GPU Hist.";
        if (values.Has("base_score") && XgBoostTrees.StartScore(values) is null)
            yield return $"XGBoostError: base_score must be {(objective is "reg:logistic" || objective.StartsWith("binary:", StringComparison.Ordinal) ? "in (0,1) for logistic loss" : "positive for " + objective)}, got: {values.Word("base_score", "")}";
        foreach (var metric in Watched(values))
        {
            var name = metric.Split('@')[0];
            if (name.Length == 0 || !XgBoostParameters.EvalMetrics.Contains(name)) yield return $"Hyperparameter eval_metric: value ['{metric}'] not in range [{string.Join(", ", XgBoostParameters.EvalMetrics.Select(m => $"'{m}'"))}]";
            else if (name == "auc" && !objective.StartsWith("binary:", StringComparison.Ordinal) && !Ranks(objective))
                yield return "Metric 'auc' can only be applied for classification and ranking problems.";
        }
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        var objective = values.Word("objective", "reg:squarederror");
        var task = objective.Split(':')[0] switch { "binary" => LearningTask.Binary, "multi" => LearningTask.Multiclass, _ => LearningTask.Regression };
        var linear = values.Word("booster", "gbtree") == "gblinear";
        return new TrainingRequest
        {
            Algorithm = !linear ? "boosted-trees" : task == LearningTask.Regression ? "linear" : "logistic",
            Task = task,
            HyperParameters = linear ? Linear(values, task, objective) : Trees(values, task, objective, notices),
            Layout = new DataLayout
            {
                Format = format.Format,
                Label = "0",
                Weight = format.Format == DataFormat.Csv && values.Whole("csv_weights", 0) == 1 ? "1" : null,
                NumbersOnly = true,
                NumericClasses = true,
            },
            Seed = values.Whole("seed", 0),
            MetricNames = task == LearningTask.Multiclass ? Metrics.Rename(("error", "merror"), ("logloss", "mlogloss")) : new Dictionary<string, string>(),
            Annotations = new Dictionary<string, string> { ["objective"] = objective },
        };
    }

    private static Dictionary<string, string> Linear(ParameterValues values, LearningTask task, string objective)
    {
        var mapped = new Dictionary<string, string>
        {
            ["l1"] = Text(values.Number("alpha", 0)),
            ["l2"] = Text(values.Number("lambda", 0)),
            ["epochs"] = Text(values.Number("num_round", 100)),
            // XGBoost penalises the weights of the features as they are.
            ["solver"] = "exact",
            ["standardize"] = "false",
        };
        if (values.Number("lambda_bias", 0) is > 0 and var penalty)
        {
            // The engine tells the bias's penalty as a share of the weights'.
            var l2 = Math.Max(values.Number("lambda", 0), 1e-9);
            (mapped["l2"], mapped["bias_penalty"]) = (Text(l2), Text(Math.Min(1e9, penalty / l2)));
        }
        if (task == LearningTask.Binary) mapped["positive_weight"] = Text(values.Number("scale_pos_weight", 1));
        if (task == LearningTask.Multiclass) mapped["num_class"] = values.Word("num_class", "0");
        if (task != LearningTask.Regression) return mapped;
        mapped["loss"] = objective switch
        {
            "reg:logistic" => "cross_entropy",
            "reg:absoluteerror" => "absolute",
            "reg:pseudohubererror" => "pseudo_huber",
            "reg:squaredlogerror" => "squared_log",
            "reg:gamma" or "reg:tweedie" or "count:poisson" => objective.Split(':')[1],
            _ => "squared",
        };
        if (objective == "reg:tweedie") mapped["tweedie_variance_power"] = Text(Math.Clamp(values.Number("tweedie_variance_power", 1.5), 1.001, 1.999));
        return mapped;
    }

    private static Dictionary<string, string> Trees(ParameterValues values, LearningTask task, string objective, List<string> notices)
    {
        var mapped = XgBoostTrees.Map(values, objective);
        mapped["objective"] = EngineObjective(objective);
        if (task == LearningTask.Binary) mapped["positive_weight"] = Text(values.Number("scale_pos_weight", 1));
        if (task == LearningTask.Multiclass) mapped["num_class"] = values.Word("num_class", "0");
        if (EngineMetric(values, task, notices) is { } metric)
        {
            var parts = metric.Split('@');
            mapped["metric"] = parts[0];
            if (parts.Length == 2) mapped["metric_top"] = parts[1];
        }
        return mapped;
    }

    private static bool Ranks(string objective) => objective.StartsWith("rank:", StringComparison.Ordinal);

    /// <summary>Whether the engine works the loss out itself: trees are fitted to it, and its own metrics alone are watched.</summary>
    private static bool HasOwnLoss(string objective) => Ranks(objective) || objective is "survival:cox" or "reg:squaredlogerror";

    private static string EngineObjective(string objective) => objective switch
    {
        "reg:logistic" => "cross_entropy",
        "reg:absoluteerror" => "absolute",
        "reg:pseudohubererror" => "huber",
        "reg:gamma" => "gamma",
        "reg:tweedie" => "tweedie",
        "reg:squaredlogerror" => "squared_log",
        "count:poisson" => "poisson",
        "rank:pairwise" => "rank_pairwise",
        "rank:ndcg" => "rank_ndcg",
        "rank:map" => "rank_map",
        "survival:cox" => "cox",
        _ => "default",
    };

    /// <summary>XGBoost watches the last metric named.</summary>
    private static string? EngineMetric(ParameterValues values, LearningTask task, List<string> notices)
    {
        if (Watched(values).LastOrDefault() is not { } named) return null;
        var objective = values.Word("objective", "reg:squarederror");
        if (Ranks(objective) && RankingMetric().Match(named) is { Success: true }) return named.TrimEnd('-');
        // The only metric of these objectives is watched without being named.
        if ((objective, named) is ("survival:cox", "cox-nloglik") or ("reg:squaredlogerror", "rmsle")) return null;
        var metric = named switch
        {
            _ when HasOwnLoss(objective) => null,
            "rmse" or "mae" => task == LearningTask.Regression ? named : null,
            "mse" => task == LearningTask.Regression ? "mse" : null,
            "logloss" or "error" => task == LearningTask.Binary ? named : null,
            "auc" => "auc",
            "mlogloss" => task == LearningTask.Multiclass ? "logloss" : null,
            "merror" => task == LearningTask.Multiclass ? "error" : null,
            _ => null,
        };
        if (metric is null) notices.Add($"Early stopping cannot watch eval_metric {named} here; it watches the objective's own loss. Metrics of every channel are reported at the end.");
        return metric;
    }

    private static string[] Watched(ParameterValues values) => values.Has("eval_metric") ? values.Word("eval_metric", "").Split(',', StringSplitOptions.TrimEntries) : [];

    [GeneratedRegex("^(ndcg|map)(@[1-9][0-9]{0,4})?-?$")]
    private static partial Regex RankingMetric();
}
