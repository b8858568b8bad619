using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Raw scores that are weighted sums of the encoded features.</summary>
/// <param name="Weights">Row-major [features, targets].</param>
internal sealed record LinearModel(float[] Weights, float[] Biases, ScoreLink Link) : IFittedModel
{
    public void AddTo(GraphBuilder graph, string features, FitContext context)
    {
        var weights = graph.Floats(Weights, Weights.Length / Biases.Length, Biases.Length);
        graph.AddPrediction(graph.Add("Gemm", [features, weights, graph.Floats(Biases, Biases.Length)]), Link, context.Classes);
    }
}
