using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Trees.Objectives;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>LightGBM's loop.</summary>
internal static class LightGbmFit
{
    // 1. translate the parameters; 2. go on from a checkpoint where there is one; 3. boost, report, checkpoint, stop early; 4. read the trees.
    /// <param name="start">The score that every row starts from; null for the best constant.</param>
    public static Result<TreeEnsemble> Run(FitContext context, IBoostingObjective? objective, double? start, CancellationToken ct)
    {
        // 1.
        var values = context.Values;
        var metric = objective is null ? LightGbmParameters.Metric(context) : "none";
        var parameters = LightGbmParameters.Of(context, metric);
        var dropout = objective is not null && values["boosting"] == "dart";
        var together = values.Int("parallel_trees");
        if (objective is not null)
        {
            parameters["objective"] = "custom";
            parameters["learning_rate"] = (dropout ? 1 : values.Float("learning_rate") / together).ToString("R", CultureInfo.InvariantCulture);
            if (dropout) parameters["boosting"] = "gbdt";
            if (values["row_sampling"] == "gradient") parameters["bagging_freq"] = "0";
        }
        if (dropout && DropoutRounds.Refuse(context, objective!.Scores) is { } large) return large;
        if (TreeConstraints.Add(values, context.Train.Columns, parameters) is { } fault) return fault;

        // 2.
        // Dropped trees must be at hand: a run with dropout starts anew.
        var checkpoint = context.Checkpoints is null || dropout ? null : Path.Combine(context.Checkpoints, "boosted-trees.txt");
        var head = checkpoint is not null && File.Exists(checkpoint) ? File.ReadAllText(checkpoint) : null;
        var done = head is null ? 0 : LightGbmModelText.Parse(head).Trees.Count / LightGbmModelText.Targets(head) / together;
        if (head is not null) context.Progress.Log($"Going on from the checkpoint of round {done}.");
        int rounds = values.Int("rounds"), patience = values.Int("early_stopping_rounds"), every = values.Int("checkpoint_rounds");
        using var booster = new LightGbmBooster(parameters, context.Train, context.Validation, head, objective is null ? start : null);
        var from = start ?? objective?.Start ?? 0;
        var boosting = dropout ? new DropoutRounds(booster, context, objective!, from) : new BoostingRounds(booster, context, objective, from);

        // 3.
        var best = (Round: 0, Value: double.NaN, Grown: 0);
        var name = objective?.Metric ?? LightGbmParameters.DialectMetric(metric);
        var rises = objective?.HigherIsBetter ?? metric == "auc";
        // The round that patience counts from; one that improves by a trace is kept as the best without granting more rounds.
        var mark = (Round: 0, Value: double.NaN);
        var tolerance = values.Float("early_stopping_tolerance");
        var ran = 0;
        for (var round = done; round < rounds; round++)
        {
            if (ct.IsCancellationRequested && ran > 0 && values.Flag("keep_on_stop"))
            {
                context.Progress.Log($"Stopped; the model of the {done + ran} rounds done is kept.");
                break;
            }
            ct.ThrowIfCancellationRequested();
            var finished = boosting.Update();
            ran++;
            if (context.Watched) context.Progress.Metric(Scoring.Scores.DialectName(context.Request, $"train:{name}"), boosting.TrainMetric(), round);
            if (context.Validation is not null)
            {
                var value = boosting.ValidationMetric();
                context.Progress.Metric(Scoring.Scores.DialectName(context.Request, $"validation:{name}"), value, round);
                context.Rounds?.Add(value);
                var better = double.IsNaN(best.Value) || (rises ? value > best.Value : value < best.Value);
                if (better) best = (ran, value, boosting.Grown);
                var needed = mark.Value + ((rises ? tolerance : -tolerance) * Math.Abs(mark.Value));
                if (double.IsNaN(mark.Value) || (rises ? value > needed : value < needed)) mark = (ran, value);
                else if (patience > 0 && ran - mark.Round >= patience)
                {
                    context.Progress.Log(string.Create(CultureInfo.InvariantCulture, $"Stopping early: the best validation {name} was {best.Value:0.######} in round {done + best.Round}."));
                    break;
                }
            }
            if (checkpoint is not null && (round + 1) % every == 0) WriteCheckpoint(checkpoint, head, booster.Save(0));
            if (finished) break;
        }

        // 4.
        var keep = patience > 0 && context.Validation is not null && context.Rounds is null && best.Round > 0 ? best.Grown : 0;
        var tail = ran == 0 ? null : booster.Save(keep);
        var ensemble = LightGbmModelText.Parse(tail is null ? head! : head is null ? tail : LightGbmBooster.Merge(head, tail));
        return boosting.Weigh(ensemble) with { BaseScores = [.. Enumerable.Repeat(from, ensemble.Targets)] };
    }

    private static void WriteCheckpoint(string path, string? head, string tail)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".new", head is null ? tail : LightGbmBooster.Merge(head, tail));
        File.Move(path + ".new", path, overwrite: true);
    }
}
