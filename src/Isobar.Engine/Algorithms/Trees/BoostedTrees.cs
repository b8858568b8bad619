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
        HyperParameter.Int("early_stopping_rounds", 0, 0, 100_000, "Stop when the validation metric has not improved for so many rounds; 0 never."),
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
        var ensemble = engine == "fasttree" || !loads ? FastTreeFit.Run(context, ct) : LightGbmFit.Run(context, objective, ct);
        return ensemble.Map<IFittedModel>(e => new BoostedTreesModel(e, Link(context), objective));
    }

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

/// <summary>LightGBM's parameters and loop.</summary>
internal static class LightGbmFit
{
    // 1. translate the parameters; 2. go on from a checkpoint where there is one; 3. boost, report, checkpoint, stop early; 4. read the trees.
    public static Result<TreeEnsemble> Run(FitContext context, IBoostingObjective? objective, CancellationToken ct)
    {
        // 1.
        var values = context.Values;
        var metric = objective is null ? Metric(context) : "none";
        var parameters = Parameters(context, metric);
        if (objective is not null) parameters["objective"] = "custom";
        if (TreeConstraints.Add(values, context.Train.Columns, parameters) is { } fault) return fault;

        // 2.
        var checkpoint = context.Checkpoints is null ? null : Path.Combine(context.Checkpoints, "boosted-trees.txt");
        var head = checkpoint is not null && File.Exists(checkpoint) ? File.ReadAllText(checkpoint) : null;
        var done = head is null ? 0 : LightGbmModelText.Parse(head).Trees.Count / LightGbmModelText.Targets(head);
        if (head is not null) context.Progress.Log($"Going on from the checkpoint of round {done}.");
        int rounds = values.Int("rounds"), patience = values.Int("early_stopping_rounds"), every = values.Int("checkpoint_rounds");
        using var booster = new LightGbmBooster(parameters, context.Train, context.Validation, head);
        var boosting = new BoostingRounds(booster, context, objective);

        // 3.
        var best = (Round: 0, Value: double.NaN);
        var name = objective?.Metric ?? DialectMetric(context, metric);
        var rises = objective?.HigherIsBetter ?? metric == "auc";
        var ran = 0;
        for (var round = done; round < rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            var finished = boosting.Update();
            ran++;
            context.Progress.Metric(Scoring.Scores.DialectName(context.Request, $"train:{name}"), boosting.TrainMetric(), round);
            if (context.Validation is not null)
            {
                var value = boosting.ValidationMetric();
                context.Progress.Metric(Scoring.Scores.DialectName(context.Request, $"validation:{name}"), value, round);
                var better = double.IsNaN(best.Value) || (rises ? value > best.Value : value < best.Value);
                if (better) best = (ran, value);
                else if (patience > 0 && ran - best.Round >= patience)
                {
                    context.Progress.Log(string.Create(CultureInfo.InvariantCulture, $"Stopping early: the best validation {name} was {best.Value:0.######} in round {done + best.Round}."));
                    break;
                }
            }
            if (checkpoint is not null && (round + 1) % every == 0) WriteCheckpoint(checkpoint, head, booster.Save(0));
            if (finished) break;
        }

        // 4.
        var keep = patience > 0 && context.Validation is not null && best.Round > 0 ? best.Round : 0;
        var tail = ran == 0 ? null : booster.Save(keep);
        var ensemble = LightGbmModelText.Parse(tail is null ? head! : head is null ? tail : LightGbmBooster.Merge(head, tail));
        return objective is null ? ensemble : ensemble with { BaseScores = [objective.Start] };
    }

    private static void WriteCheckpoint(string path, string? head, string tail)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", head is null ? tail : LightGbmBooster.Merge(head, tail));
        File.Move(path + ".new", path, overwrite: true);
    }

    private static string Metric(FitContext context) => (context.Values["metric"], context.Task) switch
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

    private static string DialectMetric(FitContext context, string metric) => metric switch
    {
        "binary_logloss" or "multi_logloss" or "cross_entropy" => "logloss",
        "binary_error" or "multi_error" => "error",
        "l2" => "mse",
        _ => metric,
    };

    private static Dictionary<string, string> Parameters(FitContext context, string metric)
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
            ["is_provide_training_metric"] = "true",
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
