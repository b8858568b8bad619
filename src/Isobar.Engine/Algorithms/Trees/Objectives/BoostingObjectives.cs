using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>The losses of this folder by their names.</summary>
internal static class BoostingObjectives
{
    public static string[] Names { get; } = ["rank_pairwise", "rank_ndcg", "rank_map", "cox", "squared_log"];

    /// <summary>The loss over the training rows; null for one that LightGBM has itself. Labels that do not fit the loss are refused.</summary>
    public static Result<IBoostingObjective?> For(FitContext context)
    {
        var name = context.Values["objective"];
        var (watched, ranks) = (context.Values["metric"], name.StartsWith("rank_", StringComparison.Ordinal));
        if (watched is "ndcg" or "map" && !ranks) return Error.Invalid("metric", watched, $"{watched} is watched with the objectives rank_pairwise, rank_ndcg and rank_map.");
        if (!Names.Contains(name)) return WhereSlopesAreNeeded(context);
        if (watched is not ("default" or "ndcg" or "map")) return Error.Invalid("metric", watched, $"{watched} is not watched with the objective {name}; default is{(ranks ? ", and ndcg and map are" : "")}.");
        foreach (var rows in new[] { context.Train, context.Validation }.OfType<Matrix>())
            if (Refuse(name, rows.Labels!) is { } fault) return new Error(ErrorCode.InvalidArgument, fault);
        var top = context.Values.Int("metric_top");
        return Result<IBoostingObjective?>.Ok(name switch
        {
            "cox" => new CoxObjective(context.Train),
            "squared_log" => new SquaredLogObjective(context.Train),
            _ => new RankingObjective(name, context.Train, (watched, name) is ("map", _) or ("default", "rank_map") ? "map" : "ndcg", top),
        });
    }

    /// <summary>LightGBM keeps its own losses' slopes to itself: rounds that use them otherwise need ours.</summary>
    private static Result<IBoostingObjective?> WhereSlopesAreNeeded(FitContext context)
    {
        var values = context.Values;
        (string Name, string Plain)[] asked = [("parallel_trees", "1"), ("row_sampling", "uniform"), ("drop_by", "uniform"), ("drop_one", "false"), ("drop_scale", "tree")];
        var needed = asked.FirstOrDefault(a => values[a.Name] != a.Plain && (!a.Name.StartsWith("drop_", StringComparison.Ordinal) || values["boosting"] == "dart")).Name;
        if (needed is null && values["boosting"] != "dart") return Result<IBoostingObjective?>.Ok(null);
        if (context.Task == LearningTask.Multiclass) return new SoftmaxObjective(context.Train, context.ClassCount, values["metric"]);
        if (PointObjective.For(context) is { } objective) return objective;
        return needed is null ? Result<IBoostingObjective?>.Ok(null)
            : Error.Invalid(needed, values[needed], $"{needed} is {asked.First(a => a.Name == needed).Plain} with the objective {values["objective"]}: its leaves are set by more than slopes.");
    }

    private static string? Refuse(string name, float[] labels)
    {
        Func<float, bool> fits = name switch
        {
            "rank_ndcg" => l => l is >= 0 and <= RankingMeasures.MostRelevant,
            "rank_map" => l => l is 0 or 1,
            "cox" => l => l != 0,
            "squared_log" => l => l > -1,
            _ => l => l >= 0,
        };
        var allowed = name switch
        {
            "rank_ndcg" => $"a relevance from 0 to {RankingMeasures.MostRelevant}",
            "rank_map" => "0 or 1",
            "cox" => "a survival time (below 0 where it is censored)",
            "squared_log" => "above -1",
            _ => "a relevance from 0",
        };
        var at = Array.FindIndex(labels, l => !fits(l));
        return at < 0 ? null : FormattableString.Invariant($"The label in row {at + 1} is {labels[at]}; this objective takes {allowed}.");
    }
}
