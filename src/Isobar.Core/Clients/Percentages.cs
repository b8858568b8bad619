namespace Isobar.Core.Clients;

/// <summary>Shares of traffic for the clouds that count in whole percents.</summary>
public static class Percentages
{
    /// <summary>Whole percentages that make 100: what rounding leaves over goes where most was cut off. Weights that are all zero share evenly.</summary>
    public static int[] Of(IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        var exact = weights.Select(w => sum > 0 ? w / sum * 100 : 100.0 / weights.Count).ToArray();
        var whole = exact.Select(e => (int)Math.Floor(e)).ToArray();
        foreach (var i in Enumerable.Range(0, whole.Length).OrderByDescending(i => exact[i] - whole[i]).Take(100 - whole.Sum())) whole[i]++;
        return whole;
    }
}
