using Isobar.Core.Results;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Microsoft.ML.OnnxRuntime;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.AutoMl.Images;

/// <summary>
/// The network that says what is in a picture, as <see cref="Width"/> numbers: ResNet-18 (He and others, 2016), trained on ImageNet, from Microsoft's
/// package Microsoft.ML.DnnImageFeaturizer.ResNet18 (MIT). Its own preparation (blue, green, red; less the mean picture) is part of it.
/// </summary>
internal static class ImageBackbone
{
    public const int Width = 512;
    public const string Input = "image";
    private const string Folder = "networks";
    // Pictures run at once while features are computed: two hundred megabytes of intermediate values at most.
    private const int Batch = 16;

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, Folder, file);

    /// <summary>Adds the input <c>image</c> [N, 224, 224, 3] of bytes and the network; returns the name of the features [N, 512].</summary>
    public static Result<string> AddTo(GraphBuilder graph)
    {
        if (!File.Exists(PathOf("resnet18.onnx"))) return new Error(ErrorCode.FailedPrecondition, $"The pretrained network for pictures is not beside the program ({Folder}/resnet18.onnx).");
        var bytes = graph.Input(Input, TensorProto.Types.DataType.Uint8, ImagePixels.Size, ImagePixels.Size, ImagePixels.Channels);
        var planes = graph.Add("Transpose", [graph.Add("Cast", [bytes], Attr("to", (long)TensorProto.Types.DataType.Float))], Attr("perm", [0L, 3, 1, 2]));
        // The two files are of operator set 8; what 17 no longer knows of them is put in its own words.
        var blueFirst = graph.Add("Gather", [planes, graph.Longs([2, 1, 0], 3)], Attr("axis", 1L));
        var mean = Read("resnet18-mean.onnx").Initializer.Single(t => t.Name == "MeanImage");
        var centred = graph.Add("Sub", [blueFirst, graph.Tensor(mean)]);
        var network = Read("resnet18.onnx");
        foreach (var node in network.Node.Where(n => n.OpType == "BatchNormalization"))
            node.Attribute.Remove(node.Attribute.Single(a => a.Name == "spatial"));
        // Its shapes are those of one picture.
        network.ValueInfo.Clear();
        var pooled = graph.Import(network, new Dictionary<string, string> { [network.Input.Single(i => network.Initializer.All(t => t.Name != i.Name)).Name] = centred }, network.Output.Single().Name);
        return graph.Add("Reshape", [pooled, graph.Longs([0, Width], 2)]);
    }

    /// <summary>The features of pictures, one after the other.</summary>
    public static Result<float[]> Features(IReadOnlyList<LabelledImage> images, Action<int> done, CancellationToken ct)
    {
        var graph = new GraphBuilder("features");
        if (!AddTo(graph).TryGet(out var features, out var error)) return error;
        graph.Output(features, "features", TensorProto.Types.DataType.Float, Width);
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(graph.ToBytes(), options);
        var all = new float[images.Count * Width];
        var pixels = new byte[Batch * ImagePixels.Length];
        for (var start = 0; start < images.Count; start += Batch)
        {
            ct.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, images.Count - start);
            for (var i = 0; i < count; i++)
            {
                if (ImagePixels.Decode(File.ReadAllBytes(images[start + i].Path), pixels.AsSpan(i * ImagePixels.Length, ImagePixels.Length)) is { } fault)
                    return new Error(fault.Code, $"The picture {Path.GetFileName(images[start + i].Path)} cannot be read. {fault.Message}");
            }
            using var input = OrtValue.CreateTensorValueFromMemory(pixels[..(count * ImagePixels.Length)], [count, ImagePixels.Size, ImagePixels.Size, ImagePixels.Channels]);
            using var run = new RunOptions();
            using var results = session.Run(run, [Input], [input], ["features"]);
            results[0].GetTensorDataAsSpan<float>().CopyTo(all.AsSpan(start * Width));
            done(start + count);
        }
        return all;
    }

    private static GraphProto Read(string file)
    {
        using var stream = File.OpenRead(PathOf(file));
        return ModelProto.Parser.ParseFrom(stream).Graph;
    }
}
