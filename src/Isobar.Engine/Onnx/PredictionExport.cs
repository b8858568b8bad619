using System.Globalization;
using Isobar.Engine.Onnx.Schema;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Onnx;

/// <summary>How raw scores become predictions.</summary>
internal enum ScoreLink
{
    /// <summary>They are the prediction.</summary>
    None,
    /// <summary>e to their power.</summary>
    Exponential,
    /// <summary>A probability that is itself the prediction.</summary>
    Sigmoid,
    /// <summary>One raw score: the log-odds of the second class.</summary>
    Logistic,
    /// <summary>A raw score a class.</summary>
    Softmax,
}

/// <summary>The last nodes of a supervised graph. Outputs: <c>score</c> [N] for a number; <c>label</c> [N], <c>probabilities</c> [N, classes] and <c>margin</c> [N, scores] for classes.</summary>
internal static class PredictionExport
{
    /// <param name="threshold">Of two classes by one score: the probability from which the second is the label; null: whichever is likelier.</param>
    public static void AddPrediction(this GraphBuilder graph, string raw, ScoreLink link, IReadOnlyList<string>? classes, float? threshold = null)
    {
        if (classes is null)
        {
            var value = link switch { ScoreLink.Exponential => graph.Add("Exp", [raw]), ScoreLink.Sigmoid => graph.Add("Sigmoid", [raw]), _ => raw };
            graph.Output(graph.Add("Reshape", [value, graph.Longs([-1], 1)]), "score", TensorProto.Types.DataType.Float, null);
            return;
        }
        string probabilities;
        if (link == ScoreLink.Logistic)
        {
            // Sigmoid of both signs, not 1 - p: the small one keeps its digits.
            probabilities = graph.Add("Concat", [graph.Add("Sigmoid", [graph.Add("Neg", [raw])]), graph.Add("Sigmoid", [raw])], Attr("axis", 1L));
        }
        else probabilities = link == ScoreLink.Softmax ? graph.Add("Softmax", [raw], Attr("axis", 1L)) : raw;
        var best = threshold is { } least
            ? graph.Add("Reshape", [graph.Add("Cast", [graph.Add("GreaterOrEqual", [graph.Add("Sigmoid", [raw]), graph.Floats([least], 1)])], Attr("to", (long)TensorProto.Types.DataType.Int64)), graph.Longs([-1], 1)])
            : graph.Add("ArgMax", [probabilities], Attr("axis", 1L), Attr("keepdims", 0L));
        var whole = classes.All(c => long.TryParse(c, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _));
        var names = whole ? graph.Longs([.. classes.Select(c => long.Parse(c, CultureInfo.InvariantCulture))], classes.Count) : graph.Strings(classes);
        graph.Output(graph.Add("Gather", [names, best], Attr("axis", 0L)), "label", whole ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.String, null);
        graph.Output(probabilities, "probabilities", TensorProto.Types.DataType.Float, classes.Count);
        graph.Output(raw, "margin", TensorProto.Types.DataType.Float, link == ScoreLink.Logistic ? 1 : classes.Count);
    }
}
