namespace Isobar.Engine.AutoMl;

/// <summary>
/// How many rounds of boosting all folds keep: as many as are best for their rows together. A fold that chose for itself would choose by few rows, and
/// those the same that it is judged by: where it tells them all apart it would go on for ever, ever surer, and look better than models that are.
/// </summary>
internal static class BoostingLength
{
    /// <summary>The length; null where the folds wrote nothing down.</summary>
    /// <param name="folds">What the rows held out from each fold lost after each round. A fold that stopped early is taken to stay where it was.</param>
    public static int? Of(IReadOnlyList<IReadOnlyList<double>> folds)
    {
        if (folds.Any(f => f.Count == 0)) return null;
        var sums = Enumerable.Range(0, folds.Max(f => f.Count)).Select(round => folds.Sum(f => f[Math.Min(round, f.Count - 1)])).ToArray();
        return Array.IndexOf(sums, sums.Min()) + 1;
    }
}
