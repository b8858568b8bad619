using Isobar.Engine.Algorithms.Scoring;

namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>Half the squared difference of log(1 + x): errors count by their ratio, not by their size.</summary>
internal sealed class SquaredLogObjective(Matrix train) : IBoostingObjective
{
    private const double Least = -1 + 1e-6;

    public string Metric => "rmsle";
    public bool HigherIsBetter => false;
    // The best constant is the mean on the logarithmic scale.
    public double Start { get; } = Math.Exp(train.Labels!.Average(l => Math.Log(1 + (double)l))) - 1;

    public void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        for (var r = 0; r < scores.Length; r++)
        {
            double score = Math.Max(scores[r], Least), off = Math.Log(1 + score) - Math.Log(1 + (double)train.Labels![r]), weight = train.Weights?[r] ?? 1;
            gradients[r] = (float)(weight * off / (1 + score));
            // Gauss and Newton's curvature: the true one turns negative far above the label, where a step would leave the domain.
            hessians[r] = (float)(weight / ((1 + score) * (1 + score)));
        }
    }

    public double Evaluate(Matrix rows, ReadOnlySpan<double> scores)
    {
        double sum = 0, total = 0;
        for (var r = 0; r < scores.Length; r++)
        {
            double off = Math.Log(1 + Math.Max(scores[r], Least)) - Math.Log(1 + (double)rows.Labels![r]), weight = rows.Weights?[r] ?? 1;
            sum += weight * off * off;
            total += weight;
        }
        return Math.Sqrt(sum / total);
    }

    public IReadOnlyDictionary<string, double> Measure(Matrix rows, ReadOnlySpan<float> predictions) =>
        new Dictionary<string, double>(Scores.Regression(rows.Labels, predictions)) { [Metric] = Evaluate(rows, [.. predictions.ToArray().Select(p => (double)p)]) };
}
