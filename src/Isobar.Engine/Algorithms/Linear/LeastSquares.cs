using MathNet.Numerics.LinearAlgebra;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Least squares with L1 and L2 penalties: exactly without L1, by coordinate descent with it (Friedman, Hastie and Tibshirani, 2010).</summary>
internal static class LeastSquares
{
    /// <summary>The weights, the bias last.</summary>
    public static double[] Run(Matrix train, LinearSettings settings, CancellationToken ct)
    {
        var (gram, target) = NormalEquations(train);
        var n = gram[train.Columns, train.Columns];
        // Without a bias its equation asks for 0.
        if (!settings.Bias)
        {
            for (var i = 0; i < train.Columns; i++) gram[i, train.Columns] = gram[train.Columns, i] = 0;
            target[train.Columns] = 0;
        }
        gram[train.Columns, train.Columns] += settings.BiasPenalty * settings.L2 * n;
        return [.. settings.L1 > 0 ? ByCoordinates(gram, target, settings.L1 * n, settings.L2 * n, settings.Epochs, ct) : Exactly(gram, target, settings.L2 * n, n)];
    }

    /// <summary>The sums of products of the features, with a last column of ones for the bias.</summary>
    private static (Matrix<double> Gram, Vector<double> Target) NormalEquations(Matrix train)
    {
        var d = train.Columns;
        var gram = Matrix<double>.Build.Dense(d + 1, d + 1);
        var target = Vector<double>.Build.Dense(d + 1);
        var row = new double[d + 1];
        row[d] = 1;
        for (var r = 0; r < train.Rows; r++)
        {
            var w = train.Weights?[r] ?? 1;
            var x = train.Row(r);
            for (var i = 0; i < d; i++) row[i] = x[i];
            for (var i = 0; i <= d; i++)
            {
                if (row[i] == 0) continue;
                target[i] += w * row[i] * train.Labels![r];
                for (var j = 0; j <= i; j++) gram[i, j] += w * row[i] * row[j];
            }
        }
        for (var i = 0; i <= d; i++)
            for (var j = i + 1; j <= d; j++)
                gram[i, j] = gram[j, i];
        return (gram, target);
    }

    private static Vector<double> Exactly(Matrix<double> gram, Vector<double> target, double l2, double n)
    {
        // A trace of ridge, measured by the feature's own size, is harmless where columns repeat each other.
        for (var i = 0; i < gram.RowCount - 1; i++) gram[i, i] += l2 + (1e-8 * (gram[i, i] > 0 ? gram[i, i] : n));
        return gram.Solve(target);
    }

    private static Vector<double> ByCoordinates(Matrix<double> gram, Vector<double> target, double l1, double l2, int epochs, CancellationToken ct)
    {
        var last = gram.RowCount - 1;
        var weights = Vector<double>.Build.Dense(gram.RowCount);
        for (var epoch = 0; epoch < epochs; epoch++)
        {
            ct.ThrowIfCancellationRequested();
            var moved = 0.0;
            for (var i = 0; i <= last; i++)
            {
                if (gram[i, i] == 0) continue;
                var rest = target[i] - (gram.Row(i) * weights) + (gram[i, i] * weights[i]);
                // The bias bears no L1 penalty.
                var next = i == last ? rest / gram[i, i] : Math.Sign(rest) * Math.Max(Math.Abs(rest) - l1, 0) / (gram[i, i] + l2);
                moved = Math.Max(moved, Math.Abs(next - weights[i]));
                weights[i] = next;
            }
            if (moved < 1e-9) break;
        }
        return weights;
    }
}
