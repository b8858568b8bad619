using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Weights and biases that minimise the mean of a loss and L1 and L2 penalties, by L-BFGS, a kinked loss ever less smoothed.</summary>
internal static class SmoothFit
{
    private static readonly double[] Widths = [1, 0.1, 0.01, 0.001];

    /// <param name="scale">The size of a typical error, of which the smoothing takes a share.</param>
    public static double[] Run(Matrix train, ILinearLoss loss, double scale, LinearSettings settings, CancellationToken ct)
    {
        var goal = new LinearGoal(train, loss);
        var order = Enumerable.Range(0, train.Rows).ToArray();
        // Features of any size are brought to one for the solver alone: the penalties are those of the weights themselves.
        var sizes = Sizes(train, settings.Standardized);
        var at = Vector<double>.Build.Dense(goal.Count);
        foreach (var width in loss.IsSmooth ? Widths[..1] : Widths)
        {
            ct.ThrowIfCancellationRequested();
            at = Minimise(new BestPoint(w => Evaluate(goal, order, Math.Max(width * scale, 1e-9), settings, sizes, w, ct)), at, settings.Epochs);
        }
        return [.. at.Select((w, i) => w / sizes[i % sizes.Length])];
    }

    private static double[] Sizes(Matrix train, bool standardized)
    {
        var sizes = new double[train.Columns + 1];
        Array.Fill(sizes, 1);
        if (standardized) return sizes;
        for (var i = 0; i < train.Columns; i++)
        {
            double sum = 0, squares = 0;
            for (var r = 0; r < train.Rows; r++)
            {
                sum += train.Row(r)[i];
                squares += (double)train.Row(r)[i] * train.Row(r)[i];
            }
            var variance = (squares / train.Rows) - (sum / train.Rows * (sum / train.Rows));
            if (variance > 1e-24) sizes[i] = Math.Sqrt(variance);
        }
        return sizes;
    }

    /// <summary>The best point reached: near the optimum of a nearly kinked loss the line search may find no further step.</summary>
    private static Vector<double> Minimise(BestPoint goal, Vector<double> start, int epochs)
    {
        try { new LimitedMemoryBfgsMinimizer(1e-7, 1e-10, 1e-12, 10, epochs).FindMinimum(goal.Function, start); }
        catch (OptimizationException) { /* The best point is what counts. */ }
        return goal.Point ?? start;
    }

    private static (double, Vector<double>) Evaluate(LinearGoal goal, int[] order, double width, LinearSettings settings, double[] sizes, Vector<double> at, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var weights = at.ToArray();
        for (var i = 0; i < weights.Length; i++) weights[i] /= sizes[i % sizes.Length];
        var gradient = new double[weights.Length];
        var sum = goal.Evaluate(weights, order, width, gradient);
        for (var i = 0; i < weights.Length; i++)
        {
            if (i % sizes.Length == goal.Width - 1)
            {
                if (!settings.Bias) gradient[i] = 0;
                sum += settings.BiasPenalty * settings.L2 / 2 * weights[i] * weights[i];
                gradient[i] += settings.BiasPenalty * settings.L2 * weights[i];
                continue;
            }
            // The absolute value of a weight, rounded at its foot as the losses are.
            var size = Math.Sqrt((weights[i] * weights[i]) + 1e-12);
            sum += (settings.L1 * size) + (settings.L2 / 2 * weights[i] * weights[i]);
            gradient[i] = (gradient[i] + (settings.L1 * weights[i] / size) + (settings.L2 * weights[i])) / sizes[i % sizes.Length];
        }
        return (sum, Vector<double>.Build.Dense(gradient));
    }
}
