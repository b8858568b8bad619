namespace Isobar.Engine.AutoMl;

/// <summary>
/// Chooses the weights, and whether the best candidate alone is worth more than an ensemble. Weights are found once for each part of the rows, on the
/// other parts, so that what they say of their own part is honest; their mean, which is steadier than weights found at once, is taken. Where neither is
/// better by more than a standard error the ensemble is: of models that cannot be told apart, a mean is the safer bet.
/// </summary>
internal static class EnsembleChoice
{
    /// <summary>The weights; they sum to 1.</summary>
    /// <param name="most">Most members.</param>
    public static double[] Weigh(SelectionRows rows, int most)
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
        return lead.Count == 0 || lead.Average() > Spread.Of(lead) / Math.Sqrt(lead.Count) ? Alone(best, count) : Fewest(sum, most);
    }

    private static double[] Alone(int chosen, int count) => [.. Enumerable.Range(0, count).Select(m => m == chosen ? 1.0 : 0)];

    /// <summary>The heaviest alone, which then sum to 1.</summary>
    private static double[] Fewest(double[] weights, int most)
    {
        var kept = Enumerable.Range(0, weights.Length).OrderByDescending(m => weights[m]).Take(most).ToHashSet();
        var total = kept.Sum(m => weights[m]);
        return [.. weights.Select((w, m) => kept.Contains(m) ? w / total : 0)];
    }
}
