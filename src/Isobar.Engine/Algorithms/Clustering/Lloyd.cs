namespace Isobar.Engine.Algorithms.Clustering;

/// <summary>Centres of points by Lloyd's iterations from a k-means++ start (Arthur and Vassilvitskii, SODA 2007).</summary>
internal static class Lloyd
{
    /// <param name="sample">Most points to look at, drawn at random.</param>
    public static float[] Run(float[] points, int width, int count, int sample, int seed, CancellationToken ct)
    {
        var random = new Random(seed);
        var rows = points.Length / width;
        if (rows > Math.Max(sample, count))
        {
            var drawn = Enumerable.Range(0, rows).ToArray();
            random.Shuffle(drawn);
            rows = Math.Max(sample, count);
            var some = new float[rows * width];
            for (var r = 0; r < rows; r++) points.AsSpan(drawn[r] * width, width).CopyTo(some.AsSpan(r * width));
            points = some;
        }
        var weights = new double[rows];
        Array.Fill(weights, 1);
        return WeightedLloyd.Run(points, weights, width, count, new(PlusPlus: true, Iterations: 25, Tolerance: 1e-4), random, ct).Centres;
    }

    /// <summary>Each point's nearest centre.</summary>
    public static int[] Nearest(float[] points, int width, float[] centres)
    {
        var result = new int[points.Length / width];
        Parallel.For(0, result.Length, r => result[r] = Nearest(points.AsSpan(r * width, width), centres).Index);
        return result;
    }

    public static (int Index, float Distance) Nearest(ReadOnlySpan<float> point, ReadOnlySpan<float> centres)
    {
        var best = (Index: 0, Distance: float.PositiveInfinity);
        for (int c = 0, at = 0; at < centres.Length; c++, at += point.Length)
        {
            float sum = 0;
            for (var i = 0; i < point.Length; i++)
            {
                var off = point[i] - centres[at + i];
                sum += off * off;
            }
            if (sum < best.Distance) best = (c, sum);
        }
        return best;
    }
}
