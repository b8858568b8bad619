using System.Numerics;

namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>The cheapest that has room, the least busy of equal ones; where none has room, the one with most of it in proportion. One of weight 0 has nothing while another is left.</summary>
internal sealed class PricePolicy(Random random) : IBalancingPolicy
{
    public string Name => "price";

    public int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key)
    {
        ulong weighted = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
            if (backends[BitOperations.TrailingZeroCount(rest)].Definition.Weight > 0) weighted |= rest & (0 - rest);
        if (weighted != 0) candidates = weighted;
        var (best, bestFull, bestPrice, bestLoad, equal) = (-1, true, 0.0, 0.0, 1);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var backend = backends[index];
            var load = (double)backend.Pending / (backend.Definition.Capacity ?? int.MaxValue);
            var (full, price) = (load >= 1, backend.Definition.Price ?? double.MaxValue);
            var order = best < 0 ? -1 : Compare(full, price, load, bestFull, bestPrice, bestLoad);
            if (order == 0 && random.Next(++equal) != 0) continue;
            if (order > 0) continue;
            if (order < 0) equal = 1;
            (best, bestFull, bestPrice, bestLoad) = (index, full, price, load);
        }
        return best;
    }

    private static int Compare(bool full, double price, double load, bool otherFull, double otherPrice, double otherLoad)
    {
        if (full != otherFull) return full ? 1 : -1;
        if (!full && price != otherPrice) return price.CompareTo(otherPrice);
        return load.CompareTo(otherLoad);
    }
}
