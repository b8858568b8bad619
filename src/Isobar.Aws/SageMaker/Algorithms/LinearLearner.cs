using System.Globalization;
using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.ParameterValues;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>
/// Linear Learner: least squares or the loss asked for, for a regressor; logistic regression, a hinge or maximum entropy for a classifier. Steps over mini-batches
/// are made where a hyperparameter speaks of them; else the solver runs until it has converged.
/// </summary>
internal sealed class LinearLearner : AmazonAlgorithm
{
    private static readonly string[] MetricNames =
        ["objective_loss", "mse", "rmse", "absolute_loss", "r2", "binary_classification_accuracy", "binary_f_beta", "precision", "recall", "roc_auc_score", "multiclass_accuracy", "multiclass_top_k_accuracy", "dcg",
         "macro_f_beta", "macro_precision", "macro_recall"];

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public LinearLearner()
    {
        Algorithm = new("linear-learner", "sagemaker-linear-learner") { Metrics = Metrics.Of(MetricNames) };
        Repositories = ["linear-learner"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters => LinearLearnerParameters.All;

    public override IEnumerable<string> CrossCheck(ParameterValues values)
    {
        if (values.Word("predictor_type", "") == "multiclass_classifier" && !values.Has("num_classes")) yield return "'num_classes' is a required property when 'predictor_type' is 'multiclass_classifier'";
        string[] fitting = values.Word("predictor_type", "") switch
        {
            "regressor" => ["auto", "squared_loss", "absolute_loss", "eps_insensitive_squared_loss", "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss"],
            "binary_classifier" => ["auto", "logistic", "hinge_loss"],
            _ => ["auto", "softmax_loss"],
        };
        if (values.Word("loss", "auto") is var loss && !fitting.Contains(loss)) yield return $"'{loss}' is not one of {string.Join(", ", fitting.Select(f => $"'{f}'"))} for 'predictor_type' '{values.Word("predictor_type", "")}'";
    }

    public override TrainingRequest Map(ParameterValues values, ChannelFormat format, List<string> notices)
    {
        var task = values.Word("predictor_type", "") switch { "regressor" => LearningTask.Regression, "binary_classifier" => LearningTask.Binary, _ => LearningTask.Multiclass };
        var mapped = Shared(values);
        if (task == LearningTask.Regression) AddRegression(values, mapped);
        else AddClasses(values, task, mapped);
        return new TrainingRequest
        {
            Algorithm = task == LearningTask.Regression ? "linear" : "logistic",
            Task = task,
            HyperParameters = mapped,
            Layout = Supervised(format, classes: true) with { ScalerRows = values.Whole("num_point_for_scaler", 0) },
            FeatureCount = FeatureDim(values),
            MetricNames = task switch
            {
                LearningTask.Regression => Metrics.Rename((mapped["loss"] == "squared" ? "mse" : "loss", "objective_loss"), ("mae", "absolute_loss")),
                LearningTask.Binary => Metrics.Rename(("loss", "objective_loss"), ("accuracy", "binary_classification_accuracy"), ("f_beta", "binary_f_beta"), ("auc", "roc_auc_score")),
                _ => Metrics.Rename(("loss", "objective_loss"), ("accuracy", "multiclass_accuracy"), ("f_beta", "macro_f_beta"), ("top_k_accuracy", "multiclass_top_k_accuracy")),
            },
        };
    }

    /// <summary>What every predictor takes. Words such as <c>auto</c> stand for the defaults that the container's own configuration file names.</summary>
    private static Dictionary<string, string> Shared(ParameterValues values)
    {
        var bias = values.Word("use_bias", "true") == "true";
        var steps = LinearLearnerParameters.OfSteps.Any(values.Has);
        var normal = values.Word("init_method", "uniform") == "normal";
        var mapped = new Dictionary<string, string>
        {
            ["l1"] = Text(values.Number("l1", 0)),
            ["l2"] = Text(values.Number("wd", 0)),
            ["bias"] = bias ? "true" : "false",
            ["bias_penalty"] = Text(values.Number("bias_wd_mult", 0)),
            ["standardize"] = values.Word("normalize_data", "auto") == "false" ? "false" : "true",
            // Data is brought to mean 0 unless told otherwise, or unless there is no bias to make up for it.
            ["center"] = values.Word("unbias_data", "auto") is "auto" ? (bias ? "true" : "false") : values.Word("unbias_data", ""),
            ["models"] = Math.Min(values.Whole("num_models", 1), 64).ToString(CultureInfo.InvariantCulture),
            ["solver"] = steps ? "minibatch" : "exact",
        };
        if (!steps) return mapped;
        mapped["epochs"] = Math.Min(values.Whole("epochs", 15), 100_000).ToString(CultureInfo.InvariantCulture);
        mapped["optimizer"] = values.Word("optimizer", "auto") is "auto" ? "adam" : values.Word("optimizer", "");
        mapped["batch"] = Math.Min(values.Whole("mini_batch_size", 1000), 10_000_000).ToString(CultureInfo.InvariantCulture);
        mapped["learning_rate"] = Text(values.Number("learning_rate", 0));
        mapped["bias_rate"] = Text(values.Number("bias_lr_mult", 1));
        mapped["momentum"] = Text(values.Number("momentum", 0));
        mapped["beta_1"] = Text(values.Number("beta_1", 0.9));
        mapped["beta_2"] = Text(values.Number("beta_2", 0.999));
        mapped["rate_falls"] = values.Word("use_lr_scheduler", "true");
        mapped["rate_factor"] = Text(values.Number("lr_scheduler_factor", 0.99));
        mapped["rate_step"] = Math.Min(values.Whole("lr_scheduler_step", 100), 1_000_000_000).ToString(CultureInfo.InvariantCulture);
        mapped["rate_least"] = Text(values.Number("lr_scheduler_minimum_lr", 1e-5));
        mapped["patience"] = Math.Min(values.Whole("early_stopping_patience", 3), 1_000_000).ToString(CultureInfo.InvariantCulture);
        mapped["tolerance"] = Text(values.Number("early_stopping_tolerance", 0.001));
        mapped["start"] = normal ? "normal" : "uniform";
        mapped["start_size"] = Text(normal ? values.Number("init_sigma", 0.01) : values.Number("init_scale", 0.07));
        mapped["start_bias"] = Text(values.Number("init_bias", 0));
        return mapped;
    }

    private static void AddRegression(ParameterValues values, Dictionary<string, string> mapped)
    {
        mapped["loss"] = values.Word("loss", "auto") switch { "auto" or "squared_loss" => "squared", var loss => loss.Replace("_loss", "", StringComparison.Ordinal) };
        mapped["huber_delta"] = Text(Math.Max(1e-9, values.Number("huber_delta", 1)));
        mapped["quantile"] = Text(values.Number("quantile", 0.5));
        mapped["insensitivity"] = Text(values.Number("loss_insensitivity", 0.01));
        mapped["scale_label"] = values.Word("normalize_label", "auto") == "false" ? "false" : "true";
        // The documentation: only where there is a bias.
        mapped["center_label"] = values.Word("unbias_label", "auto") == "false" || mapped["bias"] == "false" ? "false" : "true";
    }

    private static void AddClasses(ParameterValues values, LearningTask task, Dictionary<string, string> mapped)
    {
        mapped["f_beta"] = Text(values.Number("f_beta", 1));
        if (task == LearningTask.Multiclass)
        {
            mapped["num_class"] = values.Word("num_classes", "0");
            mapped["top_k"] = Math.Min(values.Whole("accuracy_top_k", 3), 1000).ToString(CultureInfo.InvariantCulture);
            if (values.Word("balance_multiclass_weights", "") == "true") mapped["class_weights"] = "balanced";
            return;
        }
        mapped["positive_weight"] = Text(values.Number("positive_example_weight_mult", 1));
        if (values.Word("positive_example_weight_mult", "") == "balanced") mapped["class_weights"] = "balanced";
        mapped["criterion"] = values.Word("binary_classifier_model_selection_criteria", "accuracy") switch { "loss_function" => "loss", var criterion => criterion };
        mapped["target_recall"] = Text(values.Number("target_recall", 0.8));
        mapped["target_precision"] = Text(values.Number("target_precision", 0.8));
        mapped["calibration_rows"] = values.Whole("num_calibration_samples", 0).ToString(CultureInfo.InvariantCulture);
        if (values.Word("loss", "auto") != "hinge_loss") return;
        mapped["loss"] = "hinge";
        mapped["margin"] = Text(values.Number("margin", 1));
    }
}
