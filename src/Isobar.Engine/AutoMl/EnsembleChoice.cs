namespace Isobar.Engine.AutoMl;

/// <summary>What a candidate weighs in an ensemble.</summary>
/// <param name="Found">What held-out rows say that it is worth.</param>
/// <param name="Voice">What it keeps whatever they say.</param>
internal readonly record struct EnsembleWeight(double Found, double Voice)
{
    public double All => Found + Voice;
}

/// <summary>
/// Chooses the weights, and whether the best candidate alone is worth more than an ensemble. Weights are found once for each part of the rows, on the
/// other parts, so that what they say of their own part is honest; their mean, which is steadier than weights found at once, is taken. Only where the best
/// candidate is better by more than chance is it taken alone: of models that cannot be told apart, a mean is the safer bet.
/// </summary>
internal static class EnsembleChoice
{
    // Standard errors by which it must be better. Of few rows: what chance alone exceeds once in twenty times, of five parts.
    private const double Better = 1, BetterOfFew = 2;
    // What the best of each algorithm weighs, together, where few rows cannot tell that it is worth nothing.
    private const double Voices = 0.1;

    /// <summary>The weights; they sum to 1.</summary>
    /// <param name="most">Most members.</param>
    public static EnsembleWeight[] Weigh(SelectionRows rows, int most)
    {
        var count = rows.Predictions.Count;
        var everything = rows.Rows(-1, false);
        var losses = rows.Predictions.Select(rows.Loss(everything)).ToArray();
        var best = Array.IndexOf(losses, losses.Min());
        if (most == 1 || count == 1) return Alone(best, count);
        var sum = new double[count];
        var lead = new List<double>();
        for (var part = 0; part < rows.Parts; part++)
        {
            int[] own = rows.Rows(part, false), others = rows.Rows(part, true);
            if (own.Length == 0 || others.Length == 0) continue;
            var (loss, judge) = (rows.Loss(others), rows.Loss(own));
            var seen = rows.Predictions.Select(p => rows.Pick(p, others)).ToList();
            var weights = EnsembleSelection.Weigh(seen, loss, most);
            for (var m = 0; m < count; m++) sum[m] += weights[m] / rows.Parts;
            var unseen = rows.Predictions.Select(p => rows.Pick(p, own)).ToList();
            var favourite = Enumerable.Range(0, count).MinBy(m => loss(seen[m]));
            lead.Add(judge(EnsembleSelection.Mean(unseen, weights)) - judge(unseen[favourite]));
        }
        var alone = lead.Count == 0 || lead.Average() > (rows.AreFew ? BetterOfFew : Better) * Spread.Of(lead) / Math.Sqrt(lead.Count);
        var chosen = alone ? Alone(best, count) : Fewest([.. sum.Select(s => new EnsembleWeight(s, 0))], most);
        return rows.MayHideSureMistakes ? Fewest(Heard(chosen, losses, rows.Algorithms), most) : chosen;
    }

    /// <summary>
    /// The best candidate of each algorithm keeps a voice. A model that tells all held-out rows apart looks sure of itself, and the first row that it does
    /// not costs it more than all the others brought; models of another kind seldom make the same mistake.
    /// </summary>
    private static EnsembleWeight[] Heard(EnsembleWeight[] weights, double[] losses, IReadOnlyList<string> algorithms)
    {
        var best = Enumerable.Range(0, weights.Length).GroupBy(m => algorithms[m]).Select(g => g.MinBy(m => losses[m])).ToHashSet();
        return [.. weights.Select((w, m) => new EnsembleWeight((1 - Voices) * w.Found, best.Contains(m) ? Voices / best.Count : 0))];
    }

    private static EnsembleWeight[] Alone(int chosen, int count) => [.. Enumerable.Range(0, count).Select(m => new EnsembleWeight(m == chosen ? 1 : 0, 0))];

    /// <summary>The heaviest alone, which then sum to 1.</summary>
    private static EnsembleWeight[] Fewest(IReadOnlyList<EnsembleWeight> weights, int most)
    {
        var kept = Enumerable.Range(0, weights.Count).OrderByDescending(m => weights[m].All).Take(most).ToHashSet();
        var total = kept.Sum(m => weights[m].All);
        return [.. weights.Select((w, m) => kept.Contains(m) ? new EnsembleWeight(w.Found / total, w.Voice / total) : default)];
    }
}
