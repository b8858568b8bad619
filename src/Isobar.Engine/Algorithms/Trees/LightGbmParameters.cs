using System.Globalization;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>The hyperparameters in LightGBM's words.</summary>
internal static class LightGbmParameters
{
    public static string Metric(FitContext context) => (context.Values["metric"], context.Task) switch
    {
        ("default", LearningTask.Binary) => "binary_logloss",
        ("default", LearningTask.Multiclass) => "multi_logloss",
        ("default", _) => context.Values["objective"] switch { "absolute" => "mae", "cross_entropy" => "cross_entropy", "poisson" => "poisson", "gamma" => "gamma", "tweedie" => "tweedie", _ => "rmse" },
        ("logloss", LearningTask.Multiclass) => "multi_logloss",
        ("logloss", LearningTask.Regression) => "cross_entropy",
        ("logloss", _) => "binary_logloss",
        ("error", LearningTask.Multiclass) => "multi_error",
        ("error", _) => "binary_error",
        ("auc", LearningTask.Multiclass) => "multi_logloss",
        ("mse", _) => "l2",
        var (named, _) => named,
    };

    public static string DialectMetric(string metric) => metric switch
    {
        "binary_logloss" or "multi_logloss" or "cross_entropy" => "logloss",
        "binary_error" or "multi_error" => "error",
        "l2" => "mse",
        _ => metric,
    };

    public static Dictionary<string, string> Of(FitContext context, string metric)
    {
        var values = context.Values;
        var parameters = new Dictionary<string, string>
        {
            ["objective"] = context.Task switch
            {
                LearningTask.Binary => "binary",
                LearningTask.Multiclass => "multiclass",
                _ => values["objective"] switch { "default" or "squared" => "regression", "absolute" => "regression_l1", var o => o },
            },
            ["metric"] = metric,
            ["is_provide_training_metric"] = context.Watched ? "true" : "false",
            ["boosting"] = values["boosting"] == "goss" ? "gbdt" : values["boosting"],
            ["learning_rate"] = values["learning_rate"],
            ["num_leaves"] = values["leaves"],
            ["max_depth"] = values["max_depth"],
            ["min_sum_hessian_in_leaf"] = values["min_child_weight"],
            ["min_data_in_leaf"] = values["min_rows_in_leaf"],
            ["bagging_fraction"] = values["row_fraction"],
            ["bagging_freq"] = values.Float("row_fraction") < 1 ? "1" : "0",
            ["feature_fraction"] = values["feature_fraction"],
            ["feature_fraction_bynode"] = values["feature_fraction_by_node"],
            ["lambda_l1"] = values["lambda_l1"],
            ["lambda_l2"] = values["lambda_l2"],
            ["min_gain_to_split"] = values["min_split_gain"],
            ["max_bin"] = values["max_bin"],
            // Thousands of bins make large histograms: the pool that keeps them between nodes stays within bounds, in megabytes.
            ["histogram_pool_size"] = "1024",
            ["max_delta_step"] = values["max_delta_step"],
            ["tweedie_variance_power"] = values["tweedie_variance_power"],
            ["alpha"] = values["alpha"],
            ["drop_rate"] = values["drop_rate"],
            ["skip_drop"] = values["skip_drop"],
            ["seed"] = context.Request.Seed.ToString(CultureInfo.InvariantCulture),
            ["deterministic"] = "true",
            ["force_row_wise"] = "true",
            ["num_threads"] = values["threads"] == "0" ? Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture) : values["threads"],
            ["verbosity"] = "-1",
            // Small data sets are the rule here: a bin needs no three rows.
            ["min_data_in_bin"] = "1",
            ["feature_pre_filter"] = "false",
        };
        if (values["boosting"] == "goss") parameters["data_sample_strategy"] = "goss";
        if (context.Task == LearningTask.Multiclass) parameters["num_class"] = context.ClassCount.ToString(CultureInfo.InvariantCulture);
        if (context.Task == LearningTask.Binary) parameters["scale_pos_weight"] = values["positive_weight"];
        return parameters;
    }
}
