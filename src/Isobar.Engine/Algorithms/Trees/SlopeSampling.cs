namespace Isobar.Engine.Algorithms.Trees;

/// <summary>Draws rows in proportion to sqrt(g² + λh²) and makes up for it by their weight: minimal variance sampling (Ibragimov and Gusev, NeurIPS 2019).</summary>
internal sealed class SlopeSampling(FitContext context)
{
    private readonly Random _random = new(context.Request.Seed);
    private readonly double _fraction = context.Values.Float("row_fraction");
    private readonly double _lambda = context.Values.Float("lambda_l2");

    /// <summary>The slopes of the drawn rows, raised by how unlikely they were; 0 for all others.</summary>
    public (float[] Gradients, float[] Hessians) Draw(float[] gradients, float[] hessians)
    {
        var rows = context.Train.Rows;
        var sizes = new double[rows];
        for (var i = 0; i < gradients.Length; i++) sizes[i % rows] += ((double)gradients[i] * gradients[i]) + (_lambda * hessians[i] * hessians[i]);
        for (var r = 0; r < rows; r++) sizes[r] = Math.Sqrt(sizes[r]);
        var scale = Threshold(sizes, Math.Max(1, _fraction * rows));
        float[] drawnGradients = new float[gradients.Length], drawnHessians = new float[gradients.Length];
        for (var r = 0; r < rows; r++)
        {
            var odds = scale <= 0 ? 1 : Math.Min(1, sizes[r] / scale);
            if (_random.NextDouble() >= odds) continue;
            for (var i = r; i < gradients.Length; i += rows) (drawnGradients[i], drawnHessians[i]) = ((float)(gradients[i] / odds), (float)(hessians[i] / odds));
        }
        return (drawnGradients, drawnHessians);
    }

    /// <summary>The size from which a row is always drawn, so that as many rows as wanted are expected.</summary>
    private static double Threshold(double[] sizes, double wanted)
    {
        var sorted = (double[])sizes.Clone();
        Array.Sort(sorted);
        var rest = sorted.Sum();
        for (var certain = 0; certain < sorted.Length && certain < wanted; certain++)
        {
            var largest = sorted[^(certain + 1)];
            var scale = rest / (wanted - certain);
            if (largest <= scale) return scale;
            rest -= largest;
        }
        return sorted[^(int)Math.Min(wanted, sorted.Length)];
    }
}
