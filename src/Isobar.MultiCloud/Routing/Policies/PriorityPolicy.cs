using System.Numerics;

namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>Active and passive: those with the lowest number have all the traffic, by weight, for as long as one of them is well.</summary>
internal sealed class PriorityPolicy(Random random) : IBalancingPolicy
{
    private readonly WeightedPolicy _among = new(random);

    public string Name => "priority";

    public int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key)
    {
        var (first, lowest) = (0UL, int.MaxValue);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var priority = backends[index].Definition.Priority;
            if (priority < lowest) (first, lowest) = (0, priority);
            if (priority == lowest) first |= 1UL << index;
        }
        return _among.Pick(backends, first, key);
    }
}
