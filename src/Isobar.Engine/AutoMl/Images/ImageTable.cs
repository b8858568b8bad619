using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;

namespace Isobar.Engine.AutoMl.Images;

/// <summary>Pictures as rows of the network's numbers, which the search treats as it does any table; and its models as graphs over pictures again.</summary>
internal static class ImageTable
{
    public const string Label = "label";

    /// <summary>How a model of pictures is called.</summary>
    public static IReadOnlyList<ModelColumn> Columns { get; } = [new(ImageBackbone.Input, "image")];

    public static Result<DataTable> Read(string folder, ITrainingProgress progress, CancellationToken ct)
    {
        if (!ImageChannel.Read(folder).TryGet(out var images, out var error)) return error;
        progress.Log($"Reading {images.Count} pictures of {images.Select(i => i.Label).Distinct().Count()} classes.");
        if (!ImageBackbone.Features(images, Tell, ct).TryGet(out var features, out error)) return error;
        var columns = Enumerable.Range(0, ImageBackbone.Width)
            .Select(c => new DataColumn($"f{c}", [.. Enumerable.Range(0, images.Count).Select(r => features[r * ImageBackbone.Width + c])], null))
            .Append(new DataColumn(Label, null, [.. images.Select(i => (string?)i.Label)]));
        return new DataTable([.. columns], images.Count);

        void Tell(int count)
        {
            if (count % 256 == 0 || count == images.Count) progress.Log($"{count} of {images.Count} pictures are read.");
        }
    }

    /// <summary>Puts the network before a model of its numbers.</summary>
    public static Result<byte[]> Complete(byte[] model, IReadOnlyList<string> classes)
    {
        var graph = new GraphBuilder("isobar_images");
        if (!ImageBackbone.AddTo(graph).TryGet(out var features, out var error)) return error;
        var probabilities = graph.Import(ModelProto.Parser.ParseFrom(model).Graph, new Dictionary<string, string> { ["features"] = features }, "probabilities");
        graph.AddPrediction(probabilities, ScoreLink.None, classes);
        return graph.ToBytes();
    }
}
