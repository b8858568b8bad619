using System.Globalization;
using static Isobar.Aws.SageMaker.Algorithms.ParameterValues;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>How XGBoost's trees are grown, in the words of the engine's boosted trees.</summary>
internal static class XgBoostTrees
{
    private const int MostLeaves = 131_072;
    private const int MostBins = 65_535;

    public static Dictionary<string, string> Map(ParameterValues values, string objective)
    {
        var depth = values.Whole("max_depth", 6);
        var mapped = new Dictionary<string, string>
        {
            ["rounds"] = values.Word("num_round", "100"),
            ["learning_rate"] = Text(Math.Max(1e-6, values.Number("eta", 0.3))),
            ["max_depth"] = depth == 0 ? "-1" : Number(Math.Min(depth, 64)),
            ["leaves"] = Number(Leaves(values, depth)),
            ["min_child_weight"] = Text(values.Number("min_child_weight", 1)),
            ["min_rows_in_leaf"] = "1",
            ["min_split_gain"] = Text(values.Number("gamma", 0)),
            ["row_fraction"] = Fraction(values.Number("subsample", 1)),
            ["row_sampling"] = values.Word("sampling_method", "uniform") == "gradient_based" ? "gradient" : "uniform",
            ["feature_fraction"] = Fraction(values.Number("colsample_bytree", 1)),
            ["feature_fraction_by_node"] = Fraction(values.Number("colsample_bynode", 1) * values.Number("colsample_bylevel", 1)),
            ["lambda_l2"] = Text(values.Number("lambda", 1)),
            ["lambda_l1"] = Text(values.Number("alpha", 0)),
            ["max_delta_step"] = Text(values.Number("max_delta_step", objective == "count:poisson" ? 0.7 : 0)),
            ["max_bin"] = Number(Bins(values)),
            ["early_stopping_rounds"] = values.Word("early_stopping_rounds", "0"),
            ["parallel_trees"] = Number(Math.Min(values.Whole("num_parallel_tree", 1), 1000)),
            ["threads"] = Number(Math.Min(values.Whole("nthread", 0), 1024)),
            ["keep_on_stop"] = values.Word("save_model_on_termination", "false"),
        };
        foreach (var constraint in new[] { "monotone_constraints", "interaction_constraints" })
        {
            if (values.Has(constraint)) mapped[constraint] = values.Word(constraint, "");
        }
        if (values.Has("base_score") && StartScore(values) is { } start) mapped["start"] = Text(start);
        if (objective == "reg:pseudohubererror") mapped["alpha"] = "1";
        if (objective == "reg:tweedie") mapped["tweedie_variance_power"] = Text(values.Number("tweedie_variance_power", 1.5));
        if (values.Word("booster", "gbtree") == "dart") AddDropout(values, mapped);
        return mapped;
    }

    /// <summary>base_score is a prediction; trees start from the score behind it. Null: no score has that prediction.</summary>
    public static double? StartScore(ParameterValues values)
    {
        var told = values.Number("base_score", 0.5);
        var objective = values.Word("objective", "reg:squarederror");
        if (objective is "reg:logistic" || objective.StartsWith("binary:", StringComparison.Ordinal)) return told is > 0 and < 1 ? Math.Log(told / (1 - told)) : null;
        if (objective is "count:poisson" or "reg:gamma" or "reg:tweedie" or "survival:cox") return told > 0 ? Math.Log(told) : null;
        return told;
    }

    private static void AddDropout(ParameterValues values, Dictionary<string, string> mapped)
    {
        mapped["boosting"] = "dart";
        mapped["drop_rate"] = Text(values.Number("rate_drop", 0));
        mapped["skip_drop"] = Text(values.Number("skip_drop", 0));
        mapped["drop_by"] = values.Word("sample_type", "uniform");
        mapped["drop_one"] = values.Whole("one_drop", 0) == 1 ? "true" : "false";
        mapped["drop_scale"] = values.Word("normalize_type", "tree");
    }

    /// <summary>
    /// Level by level a tree grows to its depth's full width, and the engine, which grows the best leaf first, needs as many leaves for the same tree.
    /// max_leaves counts, as the documentation says, where the best leaf is asked to grow first.
    /// </summary>
    private static int Leaves(ParameterValues values, int depth)
    {
        var full = depth is 0 or > 16 ? MostLeaves : Math.Max(2, 1 << depth);
        return values.Word("grow_policy", "depthwise") == "lossguide" && values.Whole("max_leaves", 0) is > 1 and var asked ? Math.Min(asked, MostLeaves) : full;
    }

    /// <summary>exact looks at every value that there is; approx at one over sketch_eps of them; hist at max_bin.</summary>
    private static int Bins(ParameterValues values)
    {
        var updaters = values.Word("updater", "").Split(',', StringSplitOptions.TrimEntries);
        var method = values.Word("tree_method", "auto") is not "auto" and var told ? told
            : updaters.Contains("grow_colmaker") ? "exact" : updaters.Any(u => u is "grow_histmaker" or "grow_local_histmaker" or "grow_skmaker") ? "approx" : "hist";
        if (method == "exact") return MostBins;
        if (method == "approx" && values.Has("sketch_eps")) return (int)Math.Clamp(Math.Ceiling(1 / values.Number("sketch_eps", 0.03)), 2, MostBins);
        return Math.Clamp(values.Whole("max_bin", 256), 2, MostBins);
    }

    private static string Fraction(double value) => Text(Math.Clamp(value, 0.0001, 1));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
