using System.Numerics;

namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>
/// The same backend for the same key, by weighted rendezvous hashing: when a backend goes, only its keys move, and they come back with it.
/// The hash is our own, since that of a string differs from process to process. Without a key: by weight.
/// </summary>
internal sealed class StickyPolicy(Random random) : IBalancingPolicy
{
    private const ulong Seed = 14695981039346656037;
    private readonly WeightedPolicy _otherwise = new(random);

    public string Name => "sticky";

    public int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key)
    {
        if (key.IsEmpty) return _otherwise.Pick(backends, candidates, key);
        var seed = Hash(Seed, key);
        var (best, highest) = (-1, double.NegativeInfinity);
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            var definition = backends[index].Definition;
            var uniform = Uniform(Hash(seed, definition.Name));
            var score = definition.Weight <= 0 ? double.MinValue : -definition.Weight / Math.Log(uniform);
            if (score > highest) (best, highest) = (index, score);
        }
        return best;
    }

    /// <summary>A number from 0 to 1 that a key always has.</summary>
    public static double Draw(ReadOnlySpan<char> key) => Uniform(Hash(Seed, key));

    private static double Uniform(ulong hash) => ((Mix(hash) >> 11) + 0.5) / (1UL << 53);

    private static ulong Hash(ulong seed, ReadOnlySpan<char> text)
    {
        foreach (var c in text) seed = (seed ^ c) * 1099511628211;
        return seed;
    }

    // FNV's high bits are poor for short texts.
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
        x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
        return x ^ (x >> 33);
    }
}
