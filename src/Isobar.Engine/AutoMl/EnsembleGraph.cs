using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.AutoMl;

/// <summary>Writes an ensemble as one graph from raw columns to the weighted mean of its members' predictions.</summary>
internal static class EnsembleGraph
{
    public static Result<byte[]> Write(Ensemble ensemble, AutoMlData data)
    {
        var graph = new GraphBuilder("isobar_automl");
        var encodings = new Dictionary<EncodingNeeds, string>();
        var parts = new List<string>();
        IReadOnlyList<string>? classes = null;
        foreach (var member in ensemble.Members)
        {
            if (!data.Encoded(member.Candidate.Needs).TryGet(out var encoded, out var error)) return error;
            classes = encoded.Encoder.Classes;
            if (!encodings.TryGetValue(member.Candidate.Needs, out var features)) features = encodings[member.Candidate.Needs] = encoded.Encoder.AddTo(graph);
            foreach (var model in member.Serving)
            {
                var value = graph.Import(model.Graph, new Dictionary<string, string> { [FoldModel.Features] = features }, classes is null ? "score" : "probabilities");
                parts.Add(graph.Add("Mul", [value, graph.Floats([(float)(member.Weight / member.Serving.Count)])]));
            }
        }
        var mean = parts.Count == 1 ? parts[0] : graph.Add("Sum", [.. parts]);
        if (classes is not null && ensemble.Sharpness != 1)
        {
            var sharp = graph.Add("Pow", [mean, graph.Floats([(float)ensemble.Sharpness])]);
            mean = graph.Add("Div", [sharp, graph.Add("ReduceSum", [sharp, graph.Longs([1], 1)], Attr("keepdims", 1L))]);
        }
        graph.AddPrediction(mean, ScoreLink.None, classes);
        return graph.ToBytes();
    }
}
