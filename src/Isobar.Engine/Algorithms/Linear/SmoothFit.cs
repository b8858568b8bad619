using Isobar.Engine.Onnx;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Weights and a bias that minimise the mean of a loss and L1 and L2 penalties, by L-BFGS, ever less smoothed.</summary>
internal static class SmoothFit
{
    private static readonly double[] Widths = [1, 0.1, 0.01, 0.001];

    /// <param name="scale">The size of a typical error, of which the smoothing takes a share.</param>
    public static LinearModel Run(Matrix train, LinearLoss.Function loss, double scale, Penalties penalties, ScoreLink link, CancellationToken ct)
    {
        var at = Vector<double>.Build.Dense(train.Columns + 1);
        foreach (var width in Widths)
        {
            ct.ThrowIfCancellationRequested();
            var goal = new BestPoint(w => Evaluate(train, loss, Math.Max(width * scale, 1e-9), penalties, w, ct));
            at = Minimise(goal, at, penalties.Epochs);
        }
        return new LinearModel([.. at.Take(train.Columns).Select(w => (float)w)], [(float)at[train.Columns]], link);
    }

    /// <summary>The best point reached: near the optimum of a nearly kinked loss the line search may find no further step.</summary>
    private static Vector<double> Minimise(BestPoint goal, Vector<double> start, int epochs)
    {
        try { new LimitedMemoryBfgsMinimizer(1e-7, 1e-10, 1e-12, 10, epochs).FindMinimum(goal.Function, start); }
        catch (OptimizationException) { /* The best point is what counts. */ }
        return goal.Point ?? start;
    }

    private static (double, Vector<double>) Evaluate(Matrix train, LinearLoss.Function loss, double width, Penalties penalties, Vector<double> w, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var d = train.Columns;
        var gradient = Vector<double>.Build.Dense(d + 1);
        double sum = 0, total = 0;
        for (var r = 0; r < train.Rows; r++)
        {
            var x = train.Row(r);
            var score = w[d];
            for (var i = 0; i < d; i++) score += w[i] * x[i];
            var weight = train.Weights?[r] ?? 1;
            var (value, slope) = loss(score, train.Labels![r], width);
            sum += weight * value;
            total += weight;
            slope *= weight;
            for (var i = 0; i < d; i++) gradient[i] += slope * x[i];
            gradient[d] += slope;
        }
        sum /= total;
        gradient /= total;
        for (var i = 0; i < d; i++)
        {
            // The absolute value of a weight, rounded at its foot as the losses are.
            var size = Math.Sqrt((w[i] * w[i]) + 1e-12);
            sum += (penalties.L1 * size) + (penalties.L2 / 2 * w[i] * w[i]);
            gradient[i] += (penalties.L1 * w[i] / size) + (penalties.L2 * w[i]);
        }
        return (sum, gradient);
    }
}

/// <summary>What a linear fit is held back by.</summary>
internal sealed record Penalties(double L1, double L2, int Epochs);
