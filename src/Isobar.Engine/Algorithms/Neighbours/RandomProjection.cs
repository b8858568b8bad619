using System.Numerics;

namespace Isobar.Engine.Algorithms.Neighbours;

/// <summary>
/// A random linear map to fewer features that nearly keeps distances: signs (Achlioptas, PODS 2001), or the fast Johnson-Lindenstrauss transform
/// (Ailon and Chazelle, STOC 2006) with rows drawn from the Hadamard matrix, written out as one matrix.
/// </summary>
/// <param name="Weights">Row-major [features, kept].</param>
internal sealed record RandomProjection(float[] Weights, int Features, int Kept)
{
    public static RandomProjection Draw(string kind, int features, int kept, int seed)
    {
        var random = new Random(seed);
        var weights = new float[features * kept];
        var size = (float)(1 / Math.Sqrt(kept));
        if (kind == "sign")
        {
            for (var i = 0; i < weights.Length; i++) weights[i] = random.Next(2) == 0 ? size : -size;
            return new(weights, features, kept);
        }
        var wide = (uint)BitOperations.RoundUpToPowerOf2((uint)Math.Max(features, kept));
        var signs = Enumerable.Range(0, features).Select(_ => random.Next(2) == 0 ? size : -size).ToArray();
        var drawn = Enumerable.Range(0, (int)wide).ToArray();
        random.Shuffle(drawn);
        for (var i = 0; i < features; i++)
            // The Hadamard matrix's entry is the parity of the places' common bits.
            for (var k = 0; k < kept; k++)
                weights[(i * kept) + k] = BitOperations.PopCount((uint)i & (uint)drawn[k]) % 2 == 0 ? signs[i] : -signs[i];
        return new(weights, features, kept);
    }

    /// <summary>The projections of rows.</summary>
    public float[] Apply(float[] rows)
    {
        var result = new float[rows.Length / Features * Kept];
        Parallel.For(0, rows.Length / Features, r =>
        {
            var to = result.AsSpan(r * Kept, Kept);
            for (var i = 0; i < Features; i++)
            {
                var x = rows[(r * Features) + i];
                var from = Weights.AsSpan(i * Kept, Kept);
                for (var k = 0; k < Kept; k++) to[k] += x * from[k];
            }
        });
        return result;
    }
}
