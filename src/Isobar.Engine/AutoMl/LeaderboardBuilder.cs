using System.Globalization;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Makes lines of the leaderboard.</summary>
internal sealed class LeaderboardBuilder(Folds folds, Matrix matrix, int classes, Objective objective)
{
    public const string EnsembleName = "weighted-ensemble";

    public LeaderboardRow Row(Candidate candidate, double weight) => new(candidate.Spec.Name, candidate.Spec.Algorithm)
    {
        HyperParameters = candidate.Spec.Shown,
        Metrics = Spreads(candidate.Measures),
        Seconds = candidate.Duration.TotalSeconds,
        Weight = weight,
    };

    public LeaderboardRow Ensemble(Ensemble ensemble)
    {
        var (members, predicted) = (ensemble.Members, ensemble.Predict([.. ensemble.Members.Select(m => m.Candidate.HeldOut)], classes));
        var measures = new List<IReadOnlyDictionary<string, double>>();
        var at = 0;
        for (var fold = 0; fold < folds.Count; fold++)
        {
            var rows = folds.Validation(fold);
            measures.Add(Objective.Measure([.. rows.Select(r => matrix.Labels![r])], predicted[(at * classes)..((at + rows.Count) * classes)], classes));
            at += rows.Count;
        }
        return new LeaderboardRow(EnsembleName, EnsembleName)
        {
            HyperParameters = members.ToDictionary(m => m.Candidate.Spec.Name, m => m.Weight.ToString("0.####", CultureInfo.InvariantCulture)),
            Metrics = Spreads(measures),
            Seconds = members.Sum(m => m.Candidate.Duration.TotalSeconds),
            Weight = 1,
        };
    }

    /// <summary>The best first; lines without a result last, as they came.</summary>
    public IReadOnlyList<LeaderboardRow> Rank(IEnumerable<LeaderboardRow> rows, int kept)
    {
        var ranked = rows
            .OrderBy(r => r.Metrics.TryGetValue(objective.Name, out var value) ? objective.Maximize ? -value.Mean : value.Mean : double.PositiveInfinity)
            .ToList();
        var own = ranked.Where(r => r.Status == "completed" && r.Algorithm != EnsembleName).Take(kept).ToHashSet();
        return [.. ranked.Select(r => r with { Kept = own.Contains(r) })];
    }

    private static Dictionary<string, Spread> Spreads(IReadOnlyList<IReadOnlyDictionary<string, double>> measures) =>
        measures[0].Keys.ToDictionary(name => name, name => Spread.Over([.. measures.Select(m => m[name])]));
}
