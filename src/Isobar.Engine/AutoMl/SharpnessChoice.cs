namespace Isobar.Engine.AutoMl;

/// <summary>Means of probabilities are too unsure where the members agree, and single models often too sure. Both show on held-out rows, and one number mends them (temperature scaling: Guo and others, 2017).</summary>
internal static class SharpnessChoice
{
    private const float Least = 1e-15f;
    private static readonly double[] Tried = [0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3];

    /// <summary>The power with the smallest log loss, or 1 where its gain is within one standard error.</summary>
    /// <param name="repeats">How often the same row is among them: what is said of it again is no new evidence.</param>
    public static double Of(float[] probabilities, float[] labels, int classes, int repeats)
    {
        var plain = Losses(probabilities, labels, classes);
        var best = (Power: 1.0, Gain: 0.0);
        foreach (var power in Tried)
        {
            var gains = Losses(Ensemble.Sharpen(probabilities, classes, power), labels, classes).Zip(plain, (sharp, dull) => dull - sharp).ToArray();
            var mean = gains.Average();
            var error = Spread.Of(gains) / Math.Sqrt((double)gains.Length / repeats);
            if (mean > error && mean > best.Gain) best = (power, mean);
        }
        return best.Power;
    }

    private static double[] Losses(float[] probabilities, float[] labels, int classes) => [.. labels.Select((l, i) => -Math.Log(Math.Clamp(probabilities[i * classes + (int)l], Least, 1)))];
}
