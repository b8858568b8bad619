namespace Isobar.Engine.AutoMl;

/// <summary>Greedy selection with replacement from a library of models (Caruana, Niculescu-Mizil, Crew and Ksikes, ICML 2004): again and again the model that helps the mean most is added, and the best mean on the way is kept.</summary>
internal static class EnsembleSelection
{
    private const int Rounds = 30;

    /// <summary>The weight of each model; they sum to 1.</summary>
    /// <param name="predictions">What each model said of the same held-out rows.</param>
    /// <param name="loss">What to make small.</param>
    /// <param name="most">Most different models.</param>
    public static double[] Weigh(IReadOnlyList<float[]> predictions, Func<float[], double> loss, int most)
    {
        var counts = new int[predictions.Count];
        var best = (Loss: double.PositiveInfinity, Counts: counts);
        var sum = new double[predictions[0].Length];
        var mean = new float[sum.Length];
        for (var round = 1; round <= Rounds; round++)
        {
            var full = counts.Count(c => c > 0) >= most;
            var (chosen, lowest) = (-1, double.PositiveInfinity);
            for (var m = 0; m < predictions.Count; m++)
            {
                if (full && counts[m] == 0) continue;
                for (var i = 0; i < sum.Length; i++) mean[i] = (float)((sum[i] + predictions[m][i]) / round);
                if (loss(mean) is var value && value < lowest) (chosen, lowest) = (m, value);
            }
            if (chosen < 0) break;
            counts[chosen]++;
            for (var i = 0; i < sum.Length; i++) sum[i] += predictions[chosen][i];
            if (lowest < best.Loss) best = (lowest, [.. counts]);
        }
        var total = Math.Max(1, best.Counts.Sum());
        return [.. best.Counts.Select(c => (double)c / total)];
    }

    public static float[] Mean(IReadOnlyList<float[]> predictions, double[] weights)
    {
        var mean = new float[predictions[0].Length];
        for (var i = 0; i < mean.Length; i++)
        {
            double sum = 0;
            for (var m = 0; m < weights.Length; m++) sum += weights[m] * predictions[m][i];
            mean[i] = (float)sum;
        }
        return mean;
    }
}
