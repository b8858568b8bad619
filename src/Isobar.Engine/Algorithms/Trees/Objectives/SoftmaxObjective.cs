namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>The negative log-likelihood of the label among several classes, with XGBoost's doubled diagonal curvature.</summary>
internal sealed class SoftmaxObjective(Matrix train, int classes, string watched) : IBoostingObjective
{
    public string Metric => watched == "error" ? "error" : "logloss";
    public bool HigherIsBetter => false;
    public int Scores => classes;
    public double Start => 0;

    public void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        var odds = new float[classes];
        for (var r = 0; r < train.Rows; r++)
        {
            Softmax(scores, r, train.Rows, odds);
            var weight = train.Weights?[r] ?? 1;
            for (var k = 0; k < classes; k++)
            {
                gradients[(k * train.Rows) + r] = weight * (odds[k] - (train.Labels![r] == k ? 1 : 0));
                hessians[(k * train.Rows) + r] = weight * Math.Max(2 * odds[k] * (1 - odds[k]), 1e-16f);
            }
        }
    }

    public double Evaluate(Matrix rows, ReadOnlySpan<double> scores)
    {
        var all = new float[rows.Rows * classes];
        for (var r = 0; r < rows.Rows; r++) Softmax(scores, r, rows.Rows, all.AsSpan(r * classes, classes));
        return Scoring.Scores.Classification(rows.Labels, all, classes)[Metric];
    }

    public IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions) => null;

    private void Softmax(ReadOnlySpan<double> scores, int row, int rows, Span<float> odds)
    {
        var top = double.NegativeInfinity;
        for (var k = 0; k < classes; k++) top = Math.Max(top, scores[(k * rows) + row]);
        double sum = 0;
        for (var k = 0; k < classes; k++) sum += Math.Exp(scores[(k * rows) + row] - top);
        for (var k = 0; k < classes; k++) odds[k] = (float)(Math.Exp(scores[(k * rows) + row] - top) / sum);
    }
}
