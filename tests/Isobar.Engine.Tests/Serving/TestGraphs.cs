using System.Formats.Tar;
using System.IO.Compression;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;
using Type = Isobar.Engine.Onnx.Schema.TensorProto.Types.DataType;

namespace Isobar.Engine.Tests.Serving;

/// <summary>Graphs that are small enough to say what they give.</summary>
internal static class TestGraphs
{
    public static readonly BucketName Bucket = new("aws", "models");

    /// <summary>features [N, k] times the weights: score [N, 1].</summary>
    public static byte[] Linear(params float[] weights)
    {
        var graph = new GraphBuilder("linear");
        var product = graph.Add("MatMul", [graph.Input("features", Type.Float, weights.Length), graph.Floats(weights, weights.Length, 1)]);
        graph.Output(product, "score", Type.Float, 1);
        return graph.ToBytes();
    }

    /// <summary>One input [N, width] of a type, given back as it came.</summary>
    public static byte[] Echo(int type, int width)
    {
        var graph = new GraphBuilder("echo");
        graph.Output(graph.Input("x", (Type)type, width), "y", (Type)type, width);
        return graph.ToBytes();
    }

    /// <summary>A number and a text, each given back.</summary>
    public static byte[] TwoInputs()
    {
        var graph = new GraphBuilder("two");
        graph.Output(graph.Input("size", Type.Float, 1), "size_out", Type.Float, 1);
        graph.Output(graph.Input("island", Type.String, 1), "island_out", Type.String, 1);
        return graph.ToBytes();
    }

    /// <summary>scikit-learn's way to give probabilities: a map a row.</summary>
    public static byte[] ZipMap()
    {
        var graph = new GraphBuilder("zip");
        var maps = graph.Add("ai.onnx.ml", "ZipMap", [graph.Input("p", Type.Float, 2)], 1, [GraphBuilder.Attr("classlabels_strings", ["no", "yes"])])[0];
        var model = ModelProto.Parser.ParseFrom(graph.ToBytes());
        model.Graph.Output.Add(new ValueInfoProto { Name = maps });
        return global::Google.Protobuf.MessageExtensions.ToByteArray(model);
    }

    public static byte[] TarGz(params (string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, leaveOpen: true))
        {
            foreach (var (name, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }
        return packed.ToArray();
    }

    public static async Task<ObjectLocation> PutAsync(IObjectStore objects, string key, byte[] content)
    {
        await objects.CreateBucketAsync(Bucket);
        var put = await objects.PutAsync(Bucket, key, new MemoryStream(content));
        Assert.True(put.IsOk, put.Error?.ToString());
        return new ObjectLocation(Bucket, key);
    }

    public static VariantSpec Variant(string name, ObjectLocation artifact, double weight = 1) => new()
    {
        Name = name,
        Weight = weight,
        Model = new ModelSpec { Name = $"model-{name}", Program = new OnnxProgram(), Artifact = artifact },
    };

    public static EndpointSpec Endpoint(params VariantSpec[] variants) => new() { Id = "aws/us-east-1/e", Owner = "aws", Name = "e", Variants = variants };

    public static Invocation Csv(string body, string accept = "text/csv") => new() { Body = System.Text.Encoding.UTF8.GetBytes(body), ContentType = "text/csv", Accept = accept };

    public static string Text(this InvocationReply reply) => reply.Error?.ToString() ?? System.Text.Encoding.UTF8.GetString(reply.Body.Span).TrimEnd('\n');
}
