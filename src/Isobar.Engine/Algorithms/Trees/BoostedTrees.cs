using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Trees.Objectives;
using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>Gradient-boosted decision trees: LightGBM (Ke et al., NIPS 2017), or ML.NET's FastTree where LightGBM does not load.</summary>
internal sealed class BoostedTrees : IAlgorithm
{
    public string Name => "boosted-trees";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Binary, LearningTask.Multiclass, LearningTask.Regression];
    public EncodingNeeds Needs { get; } = new(Impute: false, Center: false, Scale: false);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Choice("engine", "Which trainer; auto takes LightGBM where it loads.", "auto", "lightgbm", "fasttree"),
        HyperParameter.Choice("objective", "The loss; default goes with the task.", "default", "squared", "absolute", "huber", "poisson", "gamma", "tweedie", "quantile", "cross_entropy", "rank_pairwise", "rank_ndcg", "rank_map", "cox", "squared_log"),
        HyperParameter.Int("rounds", 100, 1, 100_000, "Boosting rounds."),
        HyperParameter.Float("learning_rate", 0.1, 1e-6, 1, "How much each round counts."),
        HyperParameter.Int("max_depth", -1, -1, 64, "Deepest tree; -1 for no limit."),
        HyperParameter.Int("leaves", 31, 2, 131_072, "Most leaves of a tree."),
        HyperParameter.Float("min_child_weight", 1e-3, 0, 1e9, "Least sum of second derivatives in a leaf."),
        HyperParameter.Int("min_rows_in_leaf", 20, 1, 1_000_000, "Least rows in a leaf."),
        HyperParameter.Float("row_fraction", 1, 0.0001, 1, "Share of rows drawn for each round."),
        HyperParameter.Float("feature_fraction", 1, 0.0001, 1, "Share of features drawn for each tree."),
        HyperParameter.Float("feature_fraction_by_node", 1, 0.0001, 1, "Share of features drawn for each split."),
        HyperParameter.Float("lambda_l1", 0, 0, 1e9, "L1 penalty on leaf values."),
        HyperParameter.Float("lambda_l2", 0, 0, 1e9, "L2 penalty on leaf values."),
        HyperParameter.Float("min_split_gain", 0, 0, 1e9, "Least gain worth a split."),
        HyperParameter.Int("max_bin", 255, 2, 65_535, "Histogram bins of a feature."),
        HyperParameter.Float("positive_weight", 1, 1e-9, 1e9, "Weight of the positive class."),
        HyperParameter.Float("max_delta_step", 0, 0, 1e9, "Largest leaf value; 0 for no limit."),
        HyperParameter.Float("tweedie_variance_power", 1.5, 1, 1.999, "Between Poisson and gamma."),
        HyperParameter.Float("alpha", 0.9, 1e-9, 1e9, "Of the quantile and Huber losses."),
        HyperParameter.Choice("boosting", "How rounds are combined.", "gbdt", "dart", "goss"),
        HyperParameter.Float("drop_rate", 0.1, 0, 1, "Of dart: share of earlier trees dropped."),
        HyperParameter.Float("skip_drop", 0.5, 0, 1, "Of dart: probability to drop none."),
        HyperParameter.Choice("drop_by", "Of dart: whether every tree is dropped as likely, or in proportion to its weight.", "uniform", "weighted"),
        HyperParameter.Choice("drop_one", "Of dart: whether at least one tree is dropped where any are.", "false", "true"),
        HyperParameter.Choice("drop_scale", "Of dart: whether a new tree weighs as much as each of the dropped ones, or as all of them together.", "tree", "forest"),
        HyperParameter.Int("parallel_trees", 1, 1, 1000, "Trees that a round grows from the same slopes, each on a draw of its own; their mean counts."),
        HyperParameter.Choice("row_sampling", "How row_fraction draws: every row as likely, or in proportion to its slope.", "uniform", "gradient"),
        new HyperParameter("start", "", "The score that every row starts from; empty for the best constant."),
        HyperParameter.Choice("keep_on_stop", "Whether a stop keeps the trees grown so far as the model.", "false", "true"),
        HyperParameter.Int("early_stopping_rounds", 0, 0, 100_000, "Stop when the validation metric has not improved for so many rounds; 0 never."),
        HyperParameter.Float("early_stopping_tolerance", 0, 0, 1, "Of early stopping: by what share of itself the metric must improve for the count of rounds to begin anew."),
        HyperParameter.Choice("metric", "What early stopping watches; default goes with the objective.", "default", "rmse", "mae", "logloss", "error", "auc", "mse", "quantile", "ndcg", "map"),
        HyperParameter.Int("metric_top", 0, 0, 100_000, "Places that ndcg and map count; 0 for all."),
        HyperParameter.Int("num_class", 0, 0, 1000, "Classes, when the labels do not show all; 0 counts them."),
        new HyperParameter("monotone_constraints", "", "One sign a feature, as in (1,0,-1): the prediction rises with it, falls with it, or either."),
        new HyperParameter("interaction_constraints", "", "Groups of feature numbers, as in [[0, 1], [2]]: only features of one group meet on a path."),
        HyperParameter.Int("checkpoint_rounds", 10, 1, 100_000, "Rounds between checkpoints, when there is a folder for them."),
        HyperParameter.Int("threads", 0, 0, 1024, "Threads; 0 for one a processor."),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var engine = context.Values["engine"];
        var loads = LightGbmNative.IsAvailable(out var reason);
        if (engine == "lightgbm" && !loads) return new Error(ErrorCode.FailedPrecondition, $"{reason}; set engine=fasttree to train without it.");
        if (engine == "auto" && !loads) context.Progress.Log($"{reason}: training with FastTree instead.");
        if (!BoostingObjectives.For(context).TryGet(out var objective, out var error)) return error;
        if (Start(context.Values["start"]) is not { } start) return Error.Invalid("start", context.Values["start"], "start must be a finite number, or empty.");
        var ensemble = engine == "fasttree" || !loads ? FastTreeFit.Run(context, ct) : LightGbmFit.Run(context, objective, double.IsNaN(start) ? null : start, ct);
        return ensemble.Map<IFittedModel>(e => new BoostedTreesModel(e, Link(context), objective));
    }

    /// <summary>The number; NaN where none is told; null where it is none.</summary>
    private static double? Start(string text) => text.Length == 0 ? double.NaN : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var start) && double.IsFinite(start) ? start : null;

    private static ScoreLink Link(FitContext context) => context.Task switch
    {
        LearningTask.Binary => ScoreLink.Logistic,
        LearningTask.Multiclass => ScoreLink.Softmax,
        _ => context.Values["objective"] switch
        {
            "poisson" or "gamma" or "tweedie" or "cox" => ScoreLink.Exponential,
            "cross_entropy" => ScoreLink.Sigmoid,
            _ => ScoreLink.None,
        },
    };
}

/// <summary>A fitted ensemble and what turns its raw scores into predictions.</summary>
/// <param name="Objective">The loss, where it is one of ours.</param>
internal sealed record BoostedTreesModel(TreeEnsemble Ensemble, ScoreLink Link, IBoostingObjective? Objective = null) : IFittedModel
{
    public IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions) => Objective?.Measure(rows, predictions);

    public double[]? Importance { get; private set; }

    public void AddTo(GraphBuilder graph, string features, FitContext context)
    {
        Importance = [.. Ensemble.SplitCounts(context.Train.Columns).Select(c => (double)c)];
        graph.AddPrediction(graph.AddTrees(features, Ensemble), Link, context.Classes);
    }
}
