using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Linear Learner's hyperparameters, as SageMaker documents them.</summary>
internal static class LinearLearnerParameters
{
    public static IReadOnlyList<DocumentedParameter> All { get; } =
    [
        Word("predictor_type", "binary_classifier", "multiclass_classifier", "regressor").Required(),
        Whole("num_classes", 3, 1_000_000),
        Whole("feature_dim", 1).OrAuto(),
        Whole("accuracy_top_k", 1),
        Word("balance_multiclass_weights", "true", "false"),
        Number("beta_1", 0, 1).OrAuto(),
        Number("beta_2", 0, 1).OrAuto(),
        (Number("bias_lr_mult", 0) with { MinOpen = true }).OrAuto(),
        Number("bias_wd_mult", 0).OrAuto(),
        Word("binary_classifier_model_selection_criteria", "accuracy", "f_beta", "precision_at_target_recall", "recall_at_target_precision", "loss_function"),
        Whole("early_stopping_patience", 1),
        Number("early_stopping_tolerance", 0) with { MinOpen = true },
        Whole("epochs", 1),
        Number("f_beta", 0) with { MinOpen = true },
        Number("huber_delta", 0),
        Number("init_bias"),
        Word("init_method", "uniform", "normal"),
        Number("init_scale", 0) with { MinOpen = true },
        Number("init_sigma", 0) with { MinOpen = true },
        Number("l1", 0).OrAuto(),
        (Number("learning_rate", 0) with { MinOpen = true }).OrAuto(),
        Word("loss", "auto", "logistic", "squared_loss", "absolute_loss", "hinge_loss", "eps_insensitive_squared_loss", "eps_insensitive_absolute_loss", "quantile_loss", "huber_loss", "softmax_loss"),
        Number("loss_insensitivity", 0) with { MinOpen = true },
        (Number("lr_scheduler_factor", 0, 1) with { MinOpen = true, MaxOpen = true }).OrAuto(),
        (Number("lr_scheduler_minimum_lr", 0) with { MinOpen = true }).OrAuto(),
        Whole("lr_scheduler_step", 1).OrAuto(),
        Number("margin", 0) with { MinOpen = true },
        Whole("mini_batch_size", 1),
        (Number("momentum", 0, 1) with { MaxOpen = true }).OrAuto(),
        Word("normalize_data", "auto", "true", "false"),
        Word("normalize_label", "auto", "true", "false"),
        Whole("num_calibration_samples", 1).OrAuto(),
        Whole("num_models", 1).OrAuto(),
        Whole("num_point_for_scaler", 1),
        Word("optimizer", "auto", "sgd", "adam", "rmsprop"),
        (Number("positive_example_weight_mult", 0) with { MinOpen = true }).OrAuto("balanced"),
        Number("quantile", 0, 1) with { MinOpen = true, MaxOpen = true },
        Number("target_precision", 0, 1) with { MinOpen = true, MaxOpen = true },
        Number("target_recall", 0, 1) with { MinOpen = true, MaxOpen = true },
        Word("unbias_data", "auto", "true", "false"),
        Word("unbias_label", "auto", "true", "false"),
        Word("use_bias", "true", "false"),
        Word("use_lr_scheduler", "true", "false"),
        Number("wd", 0).OrAuto(),
    ];

    /// <summary>Those that say how steps over mini-batches are made: where one is set, the model is fitted so; else until it has converged.</summary>
    public static IReadOnlyList<string> OfSteps { get; } =
    [
        "beta_1", "beta_2", "bias_lr_mult", "early_stopping_patience", "early_stopping_tolerance", "epochs", "init_bias", "init_method", "init_scale", "init_sigma", "learning_rate",
        "lr_scheduler_factor", "lr_scheduler_minimum_lr", "lr_scheduler_step", "mini_batch_size", "momentum", "optimizer", "use_lr_scheduler",
    ];
}
