using System.Numerics.Tensors;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>What the linear scores of a row cost.</summary>
internal interface ILinearLoss
{
    /// <summary>Scores of a row.</summary>
    int Scores { get; }
    /// <summary>Whether it has no kinks, so that the width of its smoothing says nothing.</summary>
    bool IsSmooth { get; }

    /// <summary>The cost, and its slopes by each score.</summary>
    double Evaluate(ReadOnlySpan<double> scores, double label, double width, Span<double> slopes);
}

/// <summary>A loss of one score.</summary>
internal sealed class SingleScoreLoss(LinearLoss.Function function, bool smooth) : ILinearLoss
{
    public int Scores => 1;
    public bool IsSmooth => smooth;

    public double Evaluate(ReadOnlySpan<double> scores, double label, double width, Span<double> slopes)
    {
        (var value, slopes[0]) = function(scores[0], label, width);
        return value;
    }
}

/// <summary>The negative log-likelihood of the label among several classes.</summary>
internal sealed class SoftmaxLoss(int classes) : ILinearLoss
{
    public int Scores => classes;
    public bool IsSmooth => true;

    public double Evaluate(ReadOnlySpan<double> scores, double label, double width, Span<double> slopes)
    {
        var top = TensorPrimitives.Max(scores);
        double sum = 0;
        for (var k = 0; k < classes; k++) sum += slopes[k] = Math.Exp(scores[k] - top);
        for (var k = 0; k < classes; k++) slopes[k] /= sum;
        slopes[(int)label] -= 1;
        return Math.Log(sum) + top - scores[(int)label];
    }
}
