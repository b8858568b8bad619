using static Isobar.Aws.SageMaker.Algorithms.DocumentedParameter;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>XGBoost's hyperparameters, as SageMaker documents them and as aws/sagemaker-xgboost-container checks them.</summary>
internal static class XgBoostParameters
{
    private const string Histogram = "sums are always kept in double precision";

    public static IReadOnlyList<string> EvalMetrics { get; } =
        ["accuracy", "f1", "auc", "aucpr", "map", "ndcg", "balanced_accuracy", "precision", "precision_macro", "precision_micro", "recall", "recall_macro", "recall_micro", "f1_binary", "f1_macro", "r2",
         "aft-nloglik", "cox-nloglik", "error", "gamma-deviance", "gamma-nloglik", "logloss", "mae", "mape", "merror", "mlogloss", "mse", "mphe", "poisson-nloglik", "rmse", "rmsle", "tweedie-nloglik"];

    public static IReadOnlyList<DocumentedParameter> All { get; } =
    [
        Whole("num_round", 1).Required(),
        Whole("csv_weights", 0, 1),
        Whole("early_stopping_rounds", 1),
        Word("booster", "gbtree", "gblinear", "dart"),
        Whole("verbosity", 0, 3).WithoutEffect("the log has one level"),
        Whole("nthread", 1),
        Number("eta", 0, 1),
        Number("gamma", 0),
        Whole("max_depth", 0),
        Number("min_child_weight", 0),
        Number("max_delta_step", 0),
        Number("subsample", 0, 1) with { MinOpen = true },
        Number("colsample_bytree", 0, 1) with { MinOpen = true },
        Number("colsample_bylevel", 0, 1) with { MinOpen = true },
        Number("colsample_bynode", 0, 1) with { MinOpen = true },
        Number("lambda", 0),
        Number("alpha", 0),
        Word("tree_method", "auto", "exact", "approx", "hist", "gpu_hist"),
        Number("sketch_eps", 0, 1) with { MinOpen = true, MaxOpen = true },
        Number("scale_pos_weight", 0) with { MinOpen = true },
        List("updater", "grow_colmaker", "distcol", "grow_histmaker", "grow_local_histmaker", "grow_skmaker", "grow_quantile_histmaker", "sync", "refresh", "prune", "shotgun", "coord_descent"),
        Word("dsplit", "row", "col").WithoutEffect("a job trains on one machine"),
        Whole("refresh_leaf", 0, 1).WithoutEffect("it goes with the updater refresh, which works on an earlier model"),
        Word("process_type", "default", "update"),
        Word("grow_policy", "depthwise", "lossguide"),
        Whole("max_leaves", 0),
        Whole("max_bin", 0),
        Word("predictor", "auto", "cpu_predictor", "gpu_predictor").WithoutEffect("models are served by ONNX Runtime"),
        Free("monotone_constraints"),
        Free("interaction_constraints"),
        Word("sample_type", "uniform", "weighted"),
        Word("normalize_type", "tree", "forest"),
        Number("rate_drop", 0, 1),
        Whole("one_drop", 0, 1),
        Number("skip_drop", 0, 1),
        Number("lambda_bias", 0, 1),
        Number("tweedie_variance_power", 1, 2) with { MinOpen = true, MaxOpen = true },
        Word("objective", "aft_loss_distribution", "binary:logistic", "binary:logitraw", "binary:hinge", "count:poisson", "multi:softmax", "multi:softprob", "rank:pairwise", "rank:ndcg", "rank:map",
            "reg:linear", "reg:squarederror", "reg:logistic", "reg:gamma", "reg:pseudohubererror", "reg:squaredlogerror", "reg:absoluteerror", "reg:tweedie", "survival:aft", "survival:cox"),
        Whole("num_class", 2),
        Number("base_score", 0),
        Whole("_kfold", 2).WithoutEffect("cross-validation is not built yet"),
        Whole("_num_cv_round", 1).WithoutEffect("cross-validation is not built yet"),
        Free("_tuning_objective_metric"),
        Free("eval_metric"),
        Whole("seed", int.MinValue, int.MaxValue),
        Whole("num_parallel_tree", 1),
        Word("save_model_on_termination", "true", "false"),
        Word("aft_loss_distribution", "normal", "logistic", "extreme").WithoutEffect("survival:aft gets no bounds of labels in algorithm mode"),
        Number("aft_loss_distribution_scale", 0).WithoutEffect("survival:aft gets no bounds of labels in algorithm mode"),
        Word("deterministic_histogram", "true", "false").WithoutEffect("histograms are always deterministic"),
        Word("sampling_method", "uniform", "gradient_based"),
        Word("single_precision_histogram", "true", "false").WithoutEffect(Histogram),
        Word("use_dask_gpu_training", "true", "false").WithoutEffect("training runs on the processor"),
    ];
}
