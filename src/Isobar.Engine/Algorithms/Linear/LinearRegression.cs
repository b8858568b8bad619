using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using MathNet.Numerics.LinearAlgebra;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Linear regression with L1 and L2 penalties. Least squares are solved exactly without L1, by coordinate descent with it (Friedman, Hastie and Tibshirani, 2010); other losses by L-BFGS.</summary>
internal sealed class LinearRegression : IAlgorithm
{
    public string Name => "linear";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Regression];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: true, Scale: true);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Float("l1", 0, 0, 1e9, "L1 penalty on the weights of the standardised features."),
        HyperParameter.Float("l2", 0, 0, 1e9, "L2 penalty on the weights of the standardised features."),
        HyperParameter.Choice("loss", "What an error costs.", LinearLoss.Names),
        HyperParameter.Float("huber_delta", 1, 1e-9, 1e9, "Of the Huber loss: where squared errors become absolute ones, in the label's unit."),
        HyperParameter.Float("quantile", 0.5, 1e-9, 1 - 1e-9, "Of the quantile loss: the share of labels that are to lie below."),
        HyperParameter.Float("insensitivity", 0.01, 0, 1e9, "Of the insensitive losses: errors that cost nothing, in the label's unit."),
        HyperParameter.Int("epochs", 100, 1, 100_000, "Most passes over the data, where the fit is iterative."),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var values = context.Values;
        if (LinearLoss.Of(values) is { } loss)
        {
            var mean = context.Train.Labels!.Average(l => (double)l);
            var spread = Math.Sqrt(context.Train.Labels!.Average(l => (l - mean) * (l - mean)));
            return SmoothFit.Run(context.Train, loss, spread, new Penalties(values.Float("l1"), values.Float("l2"), values.Int("epochs")), ScoreLink.None, ct);
        }
        var (gram, target) = NormalEquations(context.Train);
        var n = gram[context.Train.Columns, context.Train.Columns];
        var solution = values.Float("l1") > 0
            ? ByCoordinates(gram, target, values.Float("l1") * n, values.Float("l2") * n, values.Int("epochs"), ct)
            : Exactly(gram, target, values.Float("l2") * n, n);
        return new LinearModel([.. solution.Take(context.Train.Columns).Select(w => (float)w)], [(float)solution[context.Train.Columns]], ScoreLink.None);
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
        // The features are centred and scaled, so a trace of ridge is harmless where columns repeat each other.
        for (var i = 0; i < gram.RowCount - 1; i++) gram[i, i] += l2 + 1e-8 * n;
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
                var rest = target[i] - gram.Row(i) * weights + gram[i, i] * weights[i];
                // The bias bears no penalty.
                var next = i == last ? rest / gram[i, i] : Math.Sign(rest) * Math.Max(Math.Abs(rest) - l1, 0) / (gram[i, i] + l2);
                moved = Math.Max(moved, Math.Abs(next - weights[i]));
                weights[i] = next;
            }
            if (moved < 1e-9) break;
        }
        return weights;
    }
}
