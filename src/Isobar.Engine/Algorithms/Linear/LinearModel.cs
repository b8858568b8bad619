using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Raw scores that are weighted sums of the encoded features.</summary>
/// <param name="Weights">Row-major [features, targets].</param>
internal sealed record LinearModel(float[] Weights, float[] Biases, ScoreLink Link) : IFittedModel
{
    /// <summary>The probability from which a row counts as positive; null: the likelier class is the label.</summary>
    public float? Threshold { get; init; }
    /// <summary>Its measures; null: the usual ones.</summary>
    public LinearMeasures? Measures { get; init; }

    /// <summary>From weights that stand score by score, each with its bias last.</summary>
    public static LinearModel Of(ReadOnlySpan<double> weights, int columns, ScoreLink link)
    {
        var targets = weights.Length / (columns + 1);
        var (matrix, biases) = (new float[columns * targets], new float[targets]);
        for (var k = 0; k < targets; k++)
        {
            var score = weights.Slice(k * (columns + 1), columns + 1);
            for (var i = 0; i < columns; i++) matrix[(i * targets) + k] = (float)score[i];
            biases[k] = (float)score[columns];
        }
        return new(matrix, biases, link);
    }

    public IReadOnlyDictionary<string, double>? Measure(Matrix rows, ReadOnlySpan<float> predictions) => rows.Labels is null ? null : Measures?.Of(rows, predictions);

    /// <summary>The probability of the second class, of two.</summary>
    public float Positive(ReadOnlySpan<float> row)
    {
        double score = Biases[0];
        for (var i = 0; i < row.Length; i++) score += (double)Weights[i] * row[i];
        return (float)(1 / (1 + Math.Exp(-score)));
    }

    public void AddTo(GraphBuilder graph, string features, FitContext context)
    {
        var weights = graph.Floats(Weights, Weights.Length / Biases.Length, Biases.Length);
        graph.AddPrediction(graph.Add("Gemm", [features, weights, graph.Floats(Biases, Biases.Length)]), Link, context.Classes, Threshold);
    }
}
