using System.Globalization;
using Isobar.Engine.Tuning;

namespace Isobar.Aws.SageMaker.Tuning;

/// <summary>Ranges that nobody wrote down: those that the SageMaker developer guide recommends for its algorithms ("Tune a … model"), and those around a hint.</summary>
internal static class AutotuneRanges
{
    /// <summary>How far from its hint a number is looked for, as a factor to either side.</summary>
    private const double Reach = 10;

    private static readonly Dictionary<string, ParameterRange[]> Recommended = new()
    {
        ["xgboost"] =
        [
            Number("alpha", 0, 1000), Number("colsample_bylevel", 0.1, 1), Number("colsample_bynode", 0.1, 1), Number("colsample_bytree", 0.5, 1), Number("eta", 0.1, 0.5), Number("gamma", 0, 5),
            Number("lambda", 0, 1000), Whole("max_delta_step", 0, 10), Whole("max_depth", 0, 10), Number("min_child_weight", 0, 120), Whole("num_round", 1, 4000), Number("subsample", 0.5, 1),
        ],
        ["linear-learner"] = [Number("wd", 1e-7, 1), Number("l1", 1e-7, 1), Number("learning_rate", 1e-5, 1), Whole("mini_batch_size", 100, 5000), Words("use_bias", "true", "false")],
        ["kmeans"] = [Whole("epochs", 1, 10), Whole("extra_center_factor", 4, 10), Words("init_method", "kmeans++", "random"), Whole("mini_batch_size", 3000, 15_000)],
        ["knn"] = [Whole("k", 1, 1024), Whole("sample_size", 256, 20_000_000)],
        ["randomcutforest"] = [Whole("num_samples_per_tree", 1, 2048), Whole("num_trees", 50, 1000)],
    };

    /// <summary>The recommended ranges of an algorithm; none for one that has none.</summary>
    public static IReadOnlyList<ParameterRange> For(string? algorithm) => Recommended.GetValueOrDefault(algorithm ?? "", []);

    /// <summary>The range of a hyperparameter of which only an example is known: the recommended one, stretched to hold the hint, or a decade to either side of a number; null where the hint is a word.</summary>
    public static ParameterRange? Around(string? algorithm, string name, string hint)
    {
        var known = For(algorithm).FirstOrDefault(r => r.Name == name);
        if (known?.Values is { } words) return words.Contains(hint) ? known : known with { Values = [.. words, hint] };
        if (!double.TryParse(hint, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value)) return null;
        if (known is not null) return known with { Min = Math.Min(known.Min!.Value, value), Max = Math.Max(known.Max!.Value, value) };
        var isInteger = long.TryParse(hint.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        var (min, max) = value switch
        {
            > 0 => (value / Reach, value * Reach),
            < 0 => (value * Reach, value / Reach),
            _ => (0, 1.0),
        };
        return isInteger
            ? Whole(name, value > 0 ? Math.Max(1, Math.Floor(min)) : Math.Floor(min), value < 0 ? Math.Min(-1, Math.Ceiling(max)) : Math.Ceiling(max))
            : Number(name, min, max) with { Scaling = value > 0 ? RangeScaling.Logarithmic : RangeScaling.Linear };
    }

    private static ParameterRange Number(string name, double min, double max) => new(name) { Min = min, Max = max };

    private static ParameterRange Whole(string name, double min, double max) => new(name) { Min = min, Max = max, IsInteger = true };

    private static ParameterRange Words(string name, params string[] words) => new(name) { Values = words };
}
