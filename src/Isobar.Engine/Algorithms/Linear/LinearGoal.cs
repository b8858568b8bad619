namespace Isobar.Engine.Algorithms.Linear;

/// <summary>The mean loss of some rows by the weights, which stand score by score, each with its bias last.</summary>
internal sealed class LinearGoal(Matrix rows, ILinearLoss loss)
{
    private readonly double[] _scores = new double[loss.Scores];
    private readonly double[] _slopes = new double[loss.Scores];

    public int Width => rows.Columns + 1;
    public int Count => Width * loss.Scores;

    /// <summary>The mean loss; adds its gradient to <paramref name="gradient"/> unless that is empty.</summary>
    /// <param name="order">Which rows count.</param>
    public double Evaluate(ReadOnlySpan<double> weights, ReadOnlySpan<int> order, double width, Span<double> gradient)
    {
        double sum = 0, total = 0;
        foreach (var r in order) total += rows.Weights?[r] ?? 1;
        if (total <= 0) return 0;
        foreach (var r in order)
        {
            var x = rows.Row(r);
            for (var k = 0; k < _scores.Length; k++) _scores[k] = Score(weights.Slice(k * Width, Width), x);
            var weight = (rows.Weights?[r] ?? 1) / total;
            sum += weight * loss.Evaluate(_scores, rows.Labels![r], width, _slopes);
            if (gradient.IsEmpty) continue;
            for (var k = 0; k < _slopes.Length; k++)
            {
                var slope = _slopes[k] * weight;
                if (slope == 0) continue;
                var part = gradient.Slice(k * Width, Width);
                for (var i = 0; i < x.Length; i++) part[i] += slope * x[i];
                part[^1] += slope;
            }
        }
        return sum;
    }

    public static double Score(ReadOnlySpan<double> weights, ReadOnlySpan<float> row)
    {
        var score = weights[^1];
        for (var i = 0; i < row.Length; i++) score += weights[i] * row[i];
        return score;
    }
}
