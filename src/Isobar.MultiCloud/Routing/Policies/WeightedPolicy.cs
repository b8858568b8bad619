using System.Numerics;

namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>By chance, in proportion to the weights.</summary>
internal sealed class WeightedPolicy(Random random) : IBalancingPolicy
{
    public string Name => "weighted";

    public int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key)
    {
        double sum = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1) sum += backends[BitOperations.TrailingZeroCount(rest)].Definition.Weight;
        // All weights are 0 when only those are left that should have nothing: better they than nobody.
        if (sum <= 0) return Nth(candidates, random.Next(BitOperations.PopCount(candidates)));
        var draw = random.NextDouble() * sum;
        var last = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var weight = backends[index].Definition.Weight;
            if (weight <= 0) continue;
            if ((draw -= weight) < 0) return index;
            last = index;
        }
        return last;
    }

    private static int Nth(ulong candidates, int n)
    {
        for (; n > 0; n--) candidates &= candidates - 1;
        return BitOperations.TrailingZeroCount(candidates);
    }
}
