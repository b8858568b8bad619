using Isobar.Engine.Algorithms;
using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;
using static Isobar.Aws.SageMaker.Algorithms.ParameterValues;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Linear Learner: least squares or the loss asked for, for a regressor; logistic regression, a hinge or maximum entropy for a classifier, solved to convergence instead of by mini-batches.</summary>
internal sealed class LinearLearner : AmazonAlgorithm
{
    private static readonly string[] MetricNames =
        ["objective_loss", "rmse", "absolute_loss", "binary_classification_accuracy", "binary_f_beta", "precision", "recall", "roc_auc_score", "multiclass_accuracy", "macro_f_beta"];

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public LinearLearner()
    {
        Algorithm = new("linear-learner", "sagemaker-linear-learner") { Metrics = Metrics.Of(MetricNames) };
        Repositories = ["linear-learner"];
    }

    public override IReadOnlyList<DocumentedParameter> Parameters { get; } =
    [
        Word("predictor_type", "binary_classifier", "multiclass_classifier", "regressor").Required(),
        Whole("num_classes", 3, 1_000_000),
        Whole("feature_dim", 1).OrAuto(),
        Whole("accuracy_top_k", 1).WithoutEffect("accuracy is that of the best class"),
        Word("balance_multiclass_weights", "true", "false"),
        Number("beta_1", 0, 1).OrAuto().WithoutEffect(Solver),
        Number("beta_2", 0, 1).OrAuto().WithoutEffect(Solver),
        (Number("bias_lr_mult", 0) with { MinOpen = true }).OrAuto().WithoutEffect(Solver),
        Number("bias_wd_mult", 0).OrAuto().WithoutEffect("a bias bears no penalty"),
        Word("binary_classifier_model_selection_criteria", "accuracy", "f_beta", "precision_at_target_recall", "recall_at_target_precision", "loss_function").WithoutEffect("one model is fitted, and its threshold is 0.5"),
        Whole("early_stopping_patience", 1).WithoutEffect("the solver stops when it has converged"),
        (Number("early_stopping_tolerance", 0) with { MinOpen = true }).WithoutEffect("the solver stops when it has converged"),
        Whole("epochs", 1).WithoutEffect("the solver runs until it has converged"),
        (Number("f_beta", 0) with { MinOpen = true }).WithoutEffect("F1 is reported"),
        Number("huber_delta", 0),
        Number("init_bias").WithoutEffect("the optimum does not depend on the start"),
        Word("init_method", "uniform", "normal").WithoutEffect("the optimum does not depend on the start"),
        (Number("init_scale", 0) with { MinOpen = true }).WithoutEffect("the optimum does not depend on the start"),
        (Number("init_sigma", 0) with { MinOpen = true }).WithoutEffect("the optimum does not depend on the start"),
        Number("l1", 0).OrAuto(),
        (Number("learning_rate", 0) with { MinOpen = true }).OrAuto().WithoutEffect(Solver),
        Word("loss", "auto", "logistic", "squared_loss", "absolute_loss", "hinge_loss", "eps_insensitive_squared_loss", "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss", "softmax_loss"),
        Number("loss_insensitivity", 0) with { MinOpen = true },
        (Number("lr_scheduler_factor", 0, 1) with { MinOpen = true, MaxOpen = true }).OrAuto().WithoutEffect(Solver),
        (Number("lr_scheduler_minimum_lr", 0) with { MinOpen = true }).OrAuto().WithoutEffect(Solver),
        Whole("lr_scheduler_step", 1).OrAuto().WithoutEffect(Solver),
        Number("margin", 0) with { MinOpen = true },
        Whole("mini_batch_size", 1).WithoutEffect(Solver),
        (Number("momentum", 0, 1) with { MaxOpen = true }).OrAuto().WithoutEffect(Solver),
        Word("normalize_data", "auto", "true", "false").WithoutEffect("features are always standardised, inside the model"),
        Word("normalize_label", "auto", "true", "false").WithoutEffect("the solver needs no scaled label"),
        Whole("num_calibration_samples", 1).OrAuto().WithoutEffect("one model is fitted"),
        Whole("num_models", 1).OrAuto().WithoutEffect("one model is fitted"),
        Whole("num_point_for_scaler", 1).WithoutEffect("the scaler sees all rows"),
        Word("optimizer", "auto", "sgd", "adam", "rmsprop").WithoutEffect(Solver),
        (Number("positive_example_weight_mult", 0) with { MinOpen = true }).OrAuto("balanced"),
        Number("quantile", 0, 1) with { MinOpen = true, MaxOpen = true },
        (Number("target_precision", 0, 1) with { MinOpen = true, MaxOpen = true }).WithoutEffect("the threshold is 0.5"),
        (Number("target_recall", 0, 1) with { MinOpen = true, MaxOpen = true }).WithoutEffect("the threshold is 0.5"),
        Word("unbias_data", "auto", "true", "false").WithoutEffect("features are always standardised, inside the model"),
        Word("unbias_label", "auto", "true", "false").WithoutEffect("the solver needs no shifted label"),
        Word("use_bias", "true", "false").WithoutEffect("there is always a bias"),
        Word("use_lr_scheduler", "true", "false").WithoutEffect(Solver),
        Number("wd", 0).OrAuto(),
    ];

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
        var mapped = new Dictionary<string, string> { ["l1"] = Text(values.Number("l1", 0)), ["l2"] = Text(values.Number("wd", 0)) };
        if (task == LearningTask.Binary) mapped["positive_weight"] = Text(values.Number("positive_example_weight_mult", 1));
        if (task == LearningTask.Multiclass) mapped["num_class"] = values.Word("num_classes", "0");
        if ((task == LearningTask.Binary && values.Word("positive_example_weight_mult", "") == "balanced") || (task == LearningTask.Multiclass && values.Word("balance_multiclass_weights", "") == "true")) mapped["class_weights"] = "balanced";
        if (task == LearningTask.Regression)
        {
            mapped["loss"] = values.Word("loss", "auto") switch { "auto" or "squared_loss" => "squared", var loss => loss.Replace("_loss", "", StringComparison.Ordinal) };
            mapped["huber_delta"] = Text(Math.Max(1e-9, values.Number("huber_delta", 1)));
            mapped["quantile"] = Text(values.Number("quantile", 0.5));
            mapped["insensitivity"] = Text(values.Number("loss_insensitivity", 0.01));
        }
        else if (values.Word("loss", "auto") == "hinge_loss")
        {
            mapped["loss"] = "hinge";
            mapped["margin"] = Text(values.Number("margin", 1));
        }
        return new TrainingRequest
        {
            Algorithm = task == LearningTask.Regression ? "linear" : "logistic",
            Task = task,
            HyperParameters = mapped,
            Layout = Supervised(format, classes: true),
            FeatureCount = FeatureDim(values),
            MetricNames = task switch
            {
                LearningTask.Regression => Metrics.Rename(("mse", "objective_loss"), ("mae", "absolute_loss")),
                LearningTask.Binary => Metrics.Rename(("logloss", "objective_loss"), ("accuracy", "binary_classification_accuracy"), ("f1", "binary_f_beta"), ("auc", "roc_auc_score")),
                _ => Metrics.Rename(("logloss", "objective_loss"), ("accuracy", "multiclass_accuracy"), ("f1", "macro_f_beta")),
            },
        };
    }
}
