using System.Numerics;

namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>The lowest expected wait: the peak-sensitive average of latency times the requests that would be under way, over the weight. Equal ones share.</summary>
internal sealed class LatencyPolicy(Random random) : IBalancingPolicy
{
    public string Name => "latency";

    public int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key)
    {
        var (best, lowest, equal) = (-1, double.MaxValue, 1);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var backend = backends[index];
            var cost = (backend.Latency.Value + 1) * (backend.Pending + 1) / Math.Max(backend.Definition.Weight, 1e-9);
            if (cost < lowest) (best, lowest, equal) = (index, cost, 1);
            else if (cost == lowest && random.Next(++equal) == 0) best = index;
        }
        return best < 0 ? BitOperations.TrailingZeroCount(candidates) : best;
    }
}
