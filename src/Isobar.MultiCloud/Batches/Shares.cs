using Isobar.MultiCloud.Placement;

namespace Isobar.MultiCloud.Batches;

/// <summary>Divides work by what each cloud does for a dollar.</summary>
internal static class Shares
{
    /// <summary>What is paid for already counts as a quarter of the cheapest that is not: it is to have more, not everything.</summary>
    private const decimal OfTheCheapest = 0.25m;

    /// <summary>Series of machines cost the same for what they do: of those that are as good, the smallest will do.</summary>
    private const double AsGood = 0.98;

    /// <summary>The best machine of each cloud and its weight: processors and speed over the price.</summary>
    public static IReadOnlyList<(Offer Offer, double Weight)> Of(IReadOnlyList<Offer> offers)
    {
        var paid = offers.Where(o => o.HourPrice > 0).Select(o => o.HourPrice).DefaultIfEmpty(1).Min();
        return [.. offers.GroupBy(o => o.Cloud).Select(g =>
        {
            var best = g.Max(Weight);
            var offer = g.Where(o => Weight(o) >= best * AsGood).OrderBy(o => o.HourPrice).ThenBy(o => o.Sku, StringComparer.Ordinal).First();
            return (offer, Weight(offer));
        })];

        double Weight(Offer offer) => offer.Vcpu * offer.Speed / (double)Math.Max(offer.HourPrice, paid * OfTheCheapest);
    }

    /// <summary>Gives each its whole share of a number; what is left goes to those who lack the most.</summary>
    public static int[] Divide(int number, IReadOnlyList<double> weights)
    {
        var sum = weights.Sum();
        var exact = weights.Select(w => number * w / sum).ToArray();
        var whole = exact.Select(e => (int)Math.Floor(e)).ToArray();
        foreach (var i in Enumerable.Range(0, whole.Length).OrderByDescending(i => exact[i] - whole[i]).ThenBy(i => i).Take(number - whole.Sum())) whole[i]++;
        return whole;
    }
}
