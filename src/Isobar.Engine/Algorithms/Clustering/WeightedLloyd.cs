namespace Isobar.Engine.Algorithms.Clustering;

/// <summary>How Lloyd's iterations go.</summary>
/// <param name="PlusPlus">Whether the first centres are drawn far apart (k-means++) or evenly.</param>
/// <param name="Tolerance">The least relative gain of an iteration that is worth another.</param>
internal sealed record LloydSettings(bool PlusPlus, int Iterations, double Tolerance);

/// <summary>Lloyd's iterations over points that weigh differently.</summary>
internal static class WeightedLloyd
{
    /// <summary>The centres and the weighted sum of squared distances to them.</summary>
    public static (float[] Centres, double Cost) Run(float[] points, double[] weights, int width, int count, LloydSettings settings, Random random, CancellationToken ct)
    {
        var centres = Start(points, weights, width, count, settings.PlusPlus, random);
        var cost = double.PositiveInfinity;
        for (var iteration = 0; iteration < settings.Iterations; iteration++)
        {
            ct.ThrowIfCancellationRequested();
            var next = Improve(points, weights, width, centres);
            var done = cost - next <= settings.Tolerance * next;
            cost = next;
            if (done) break;
        }
        return (centres, Cost(points, weights, width, centres));
    }

    /// <summary>The first centres, drawn from the points.</summary>
    public static float[] Start(float[] points, double[] weights, int width, int count, bool plusPlus, Random random)
    {
        var rows = points.Length / width;
        var centres = new float[count * width];
        var odds = (double[])weights.Clone();
        var nearest = new float[rows];
        Array.Fill(nearest, float.PositiveInfinity);
        for (var c = 0; c < count; c++)
        {
            var at = Draw(odds, random);
            var centre = centres.AsSpan(c * width, width);
            points.AsSpan(at * width, width).CopyTo(centre);
            odds[at] = 0;
            if (!plusPlus) continue;
            for (var r = 0; r < rows; r++)
            {
                nearest[r] = Math.Min(nearest[r], Lloyd.Nearest(points.AsSpan(r * width, width), centre).Distance);
                odds[r] = weights[r] * nearest[r];
            }
        }
        return centres;
    }

    private static int Draw(double[] odds, Random random)
    {
        var at = random.NextDouble() * odds.Sum();
        for (var r = 0; r < odds.Length; r++)
        {
            at -= odds[r];
            if (at < 0) return r;
        }
        // All remaining points lie on centres already.
        return random.Next(odds.Length);
    }

    /// <summary>Moves each centre to the mean of the points nearest to it; the cost before the move. A centre without points stays.</summary>
    private static double Improve(float[] points, double[] weights, int width, float[] centres)
    {
        var sums = new double[centres.Length];
        var totals = new double[centres.Length / width];
        double cost = 0;
        var near = new (int Index, float Distance)[weights.Length];
        Parallel.For(0, near.Length, r => near[r] = Lloyd.Nearest(points.AsSpan(r * width, width), centres));
        for (var r = 0; r < near.Length; r++)
        {
            cost += weights[r] * near[r].Distance;
            totals[near[r].Index] += weights[r];
            for (var i = 0; i < width; i++) sums[(near[r].Index * width) + i] += weights[r] * points[(r * width) + i];
        }
        for (var i = 0; i < centres.Length; i++)
            if (totals[i / width] > 0) centres[i] = (float)(sums[i] / totals[i / width]);
        return cost;
    }

    private static double Cost(float[] points, double[] weights, int width, float[] centres)
    {
        double cost = 0;
        for (var r = 0; r < weights.Length; r++) cost += weights[r] * Lloyd.Nearest(points.AsSpan(r * width, width), centres).Distance;
        return cost;
    }
}
