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
        var (parts, voices) = (new List<string>(), new List<string>());
        // What is not made surer needs no voices beside it.
        var apart = ensemble.Sharpness != 1;
        IReadOnlyList<string>? classes = null;
        foreach (var member in ensemble.Members)
        {
            if (!data.Encoded(member.Candidate.Needs).TryGet(out var encoded, out var error)) return error;
            classes = encoded.Encoder.Classes;
            if (!encodings.TryGetValue(member.Candidate.Needs, out var features)) features = encodings[member.Candidate.Needs] = encoded.Encoder.AddTo(graph);
            foreach (var model in member.Serving)
            {
                var value = graph.Import(model.Graph, new Dictionary<string, string> { [FoldModel.Features] = features }, classes is null ? "score" : "probabilities");
                var (found, voice) = apart ? (member.Weight - member.Voice, member.Voice) : (member.Weight, 0);
                if (found > 0) parts.Add(Weighted(value, found / member.Serving.Count));
                if (voice > 0) voices.Add(Weighted(value, voice / member.Serving.Count));
            }
        }
        var mean = Sum(parts);
        if (classes is not null && apart)
        {
            var sharp = graph.Add("Pow", [mean, graph.Floats([(float)ensemble.Sharpness])]);
            mean = graph.Add("Div", [sharp, graph.Add("ReduceSum", [sharp, graph.Longs([1], 1)], Attr("keepdims", 1L))]);
            if (voices.Count > 0) mean = Sum([Weighted(mean, 1 - ensemble.Members.Sum(m => m.Voice)), .. voices]);
        }
        graph.AddPrediction(mean, ScoreLink.None, classes);
        return graph.ToBytes();

        string Weighted(string value, double weight) => graph.Add("Mul", [value, graph.Floats([(float)weight])]);

        string Sum(IReadOnlyList<string> values) => values.Count == 1 ? values[0] : graph.Add("Sum", [.. values]);
    }
}
