namespace Isobar.Engine.Tuning;

/// <summary>Chooses the values of the next trial. The same trials and seed give the same choice, so that a restarted job goes on as it would have.</summary>
internal static class TrialChooser
{
    private const int Candidates = 2000;
    private const int GridSteps = 10;

    /// <summary>The values of trial <paramref name="number"/> (from 1), or null when there is nothing left to try.</summary>
    public static IReadOnlyDictionary<string, string>? Next(TuningSpec spec, IReadOnlyList<Trial> trials, int number)
    {
        var space = new SearchSpace(spec.Ranges);
        var random = new Random(unchecked(spec.Seed * 486187739 + number));
        return spec.Strategy switch
        {
            TuningStrategy.Grid => space.Grid(GridSteps).ElementAtOrDefault(number - 1),
            TuningStrategy.Bayesian => Bayesian(spec, space, trials, random),
            _ => space.Values(space.Draw(random)),
        };
    }

    private static IReadOnlyDictionary<string, string> Bayesian(TuningSpec spec, SearchSpace space, IReadOnlyList<Trial> trials, Random random)
    {
        var sign = spec.Maximize ? -1 : 1;
        // Earlier jobs may have tuned other hyperparameters: only trials that say something of all of these can be placed.
        var known = spec.WarmStart.Where(w => space.Knows(w.Values)).Select(w => (w.Values, w.Objective))
            .Concat(trials.Where(t => t.Objective is { } o && double.IsFinite(o)).Select(t => (t.Values, Objective: t.Objective!.Value)))
            .Select(k => (Point: space.Embed(k.Values), Value: sign * k.Objective)).ToList();
        // A model of two or three points is no better than chance.
        if (known.Count < Math.Max(3, space.Count)) return space.Values(space.Draw(random));
        var lowest = known.Min(k => k.Value);
        // Trials under way are taken to give what the model expects at best, so that parallel ones spread out.
        foreach (var pending in trials.Where(t => t.Objective is null && t.State is not (Training.JobState.Failed or Training.JobState.Stopped)))
            known.Add((space.Embed(pending.Values), known.Average(k => k.Value)));
        var process = new GaussianProcess([.. known.Select(k => k.Point)], [.. known.Select(k => k.Value)]);
        return Enumerable.Range(0, Candidates).Select(_ => space.Values(space.Draw(random)))
            .MaxBy(v => process.ExpectedImprovement(space.Embed(v), lowest))!;
    }
}
