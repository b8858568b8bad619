using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;

namespace Isobar.Engine.AutoMl;

/// <summary>Writes candidates as one graph from raw columns to the weighted mean of their predictions.</summary>
internal static class EnsembleGraph
{
    public static Result<byte[]> Write(IReadOnlyList<(Candidate Candidate, double Weight)> members, AutoMlData data)
    {
        var graph = new GraphBuilder("isobar_automl");
        var encodings = new Dictionary<EncodingNeeds, string>();
        var parts = new List<string>();
        IReadOnlyList<string>? classes = null;
        foreach (var (candidate, weight) in members)
        {
            if (!data.Encoded(candidate.Needs).TryGet(out var encoded, out var error)) return error;
            classes = encoded.Encoder.Classes;
            if (!encodings.TryGetValue(candidate.Needs, out var features)) features = encodings[candidate.Needs] = encoded.Encoder.AddTo(graph);
            foreach (var model in candidate.Models)
            {
                var value = graph.Import(model.Graph, new Dictionary<string, string> { [FoldModel.Features] = features }, classes is null ? "score" : "probabilities");
                parts.Add(graph.Add("Mul", [value, graph.Floats([(float)(weight / candidate.Models.Count)])]));
            }
        }
        graph.AddPrediction(parts.Count == 1 ? parts[0] : graph.Add("Sum", [.. parts]), ScoreLink.None, classes);
        return graph.ToBytes();
    }
}
