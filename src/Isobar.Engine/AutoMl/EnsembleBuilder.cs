using Isobar.Core.Results;
using Isobar.Engine.Algorithms;

namespace Isobar.Engine.AutoMl;

/// <summary>Makes models that serve out of candidates that were searched.</summary>
internal sealed class EnsembleBuilder(AutoMlData data, Folds folds, Objective objective, Func<TimeSpan> left, CancellationToken ct)
{
    // A fit of all rows takes longer than one of a fold, and other work comes after it.
    private const double Slower = 2;
    // Of fewer rows none may be the sure mistake that sharper probabilities would be punished for, unless voices stand against it.
    private const int FewestToSharpen = 1000;
    private readonly Dictionary<string, Member> _made = [];

    /// <summary>Weighs the candidates and fits the members.</summary>
    /// <param name="most">Most members.</param>
    public Result<(Ensemble Ensemble, double[] Weights)> Choose(IReadOnlyList<Candidate> candidates, Matrix matrix, int classes, int most)
    {
        var rows = new SelectionRows(candidates, folds, matrix, classes, objective);
        var weights = EnsembleChoice.Weigh(rows, most);
        var members = new List<Member>();
        foreach (var (candidate, weight) in candidates.Zip(weights).Where(m => m.Second.All > 0))
        {
            if (!Serve(candidate).TryGet(out var member, out var error)) return error;
            members.Add(member with { Weight = weight.All, Voice = weight.Voice });
        }
        var ensemble = new Ensemble(members, 1);
        if (classes > 1 && objective.Name == "logloss" && (rows.MayHideSureMistakes || matrix.Rows >= FewestToSharpen))
        {
            var labels = folds.HeldOut.Select(r => matrix.Labels![r]).ToArray();
            ensemble = ensemble with { Sharpness = SharpnessChoice.Of(ensemble.Unvoiced([.. members.Select(m => m.Candidate.HeldOut)]), labels, classes, folds.Repeats) };
        }
        return (ensemble, [.. weights.Select(w => w.All)]);
    }

    /// <summary>
    /// The candidate as it serves alone. The mean of the folds' trees is better than trees of all rows, whose number of rounds nothing would
    /// decide; everything else is fitted once more, on all rows. Where rows are few and folds many, the mean of the folds is the better model of
    /// every kind: no row that happens to lie at a border makes it sure of a mistake.
    /// </summary>
    public Result<Member> Serve(Candidate candidate)
    {
        if (_made.TryGetValue(candidate.Spec.Name, out var made)) return made;
        made = new Member(candidate, 1);
        if (candidate.Spec.Algorithm != "boosted-trees" && !folds.AreRepeated && Slower / folds.Count * candidate.Duration < left())
        {
            if (!CandidateFit.Of(candidate.Spec, data).TryGet(out var fit, out var error)) return error;
            if (!fit.Run([.. Enumerable.Range(0, fit.Rows)], [], all: false, ct).TryGet(out var fitted, out error)) return error;
            if (!fit.Finish(fitted, [], null).TryGet(out var whole, out error)) return error;
            made = made with { Whole = whole.Model };
        }
        return _made[candidate.Spec.Name] = made;
    }
}
