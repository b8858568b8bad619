using System.Buffers;
using System.Text;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;
using Isobar.Engine.Serving.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Tests.Serving;

public sealed class TensorsCodecTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text/csv", "1,2\n3,4\n")]
    [InlineData("text/csv; charset=utf-8", "\"1\", 2 \r\n3,4.0")]
    [InlineData("application/json", "[[1,2],[3,4]]")]
    [InlineData("application/json", """{"instances":[[1,2],[3,4]]}""")]
    [InlineData("application/json", """{"instances":[{"features":[1,2]},{"features":[3,4]}]}""")]
    [InlineData("application/json", """{"inputs":{"features":[[1,2],[3,4]]}}""")]
    [InlineData("application/json", """{"inputs":[[1,2],[3,4]]}""")]
    [InlineData("application/jsonlines", "[1,2]\n\n{\"features\":[3,4]}\n")]
    public void RoundTrip_EveryShapeOfTheSameRows_GivesTheSame(string type, string body)
    {
        var graph = Load(TestGraphs.Linear(1, 10));
        Assert.Equal("21\n43\n", Run(graph, type, body, "text/csv"));
        Assert.Equal("""{"predictions":[[21],[43]]}""", Run(graph, type, body, "application/json"));
        Assert.Equal("[21]\n[43]\n", Run(graph, type, body, "application/jsonlines"));
    }

    [Theory]
    [InlineData("1,2\n3,x", "Row 2, column 2: 'x'")]
    [InlineData("1,2\n3", "Row 2 has 1 columns; the model takes 2")]
    [InlineData("1,2,3", "Row 1 has 3 columns; the model takes 2")]
    [InlineData("", "empty")]
    public void Decode_BadCsv_NamesThePlace(string body, string words) => Assert.Contains(words, Run(Load(TestGraphs.Linear(1, 10)), "text/csv", body, "text/csv"));

    [Theory]
    [InlineData("{\"instances\":[[1,2],[3]]}", "Row 2")]
    [InlineData("{\"instances\":[[1,\"a\"]]}", "Row 1, value 2")]
    [InlineData("{\"inputs\":[[1,2,3]]}", "shape [1, 3]")]
    [InlineData("{\"other\":1}", "instances")]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "no rows")]
    public void Decode_BadJson_NamesThePlace(string body, string words) => Assert.Contains(words, Run(Load(TestGraphs.Linear(1, 10)), "application/json", body, "text/csv"));

    [Theory]
    [InlineData(1, "1.5,-2\n")]
    [InlineData(11, "1.5,-2\n")]
    [InlineData(10, "1.5,-2\n")]
    [InlineData(7, "9007199254740993,-2\n")]
    [InlineData(6, "7,-2\n")]
    [InlineData(9, "true,false\n")]
    [InlineData(8, "\"a,b\",c\n")]
    public void RoundTrip_EveryType_GivesTheSame(int type, string row) => Assert.Equal(row, Run(Load(TestGraphs.Echo(type, 2)), "text/csv", row, "text/csv"));

    [Fact]
    public void Decode_FractionForAnInteger_IsRefused() => Assert.Contains("Int32", Run(Load(TestGraphs.Echo(6, 2)), "text/csv", "1.5,2", "text/csv"));

    [Fact]
    public void RoundTrip_SeveralInputsOfSeveralTypes_AreMatchedByNameOrOrder()
    {
        var graph = Load(TestGraphs.TwoInputs());
        Assert.Equal("1.5,Dream\n", Run(graph, "text/csv", "1.5,Dream", "text/csv"));
        Assert.Equal("""{"predictions":[{"size_out":[1.5],"island_out":["Biscoe"]}]}""", Run(graph, "application/json", """[{"island":"Biscoe","size":1.5}]""", "application/json"));
        Assert.Contains("Row 1: the input 'island' is missing", Run(graph, "application/json", """[{"size":1.5}]""", "application/json"));
    }

    [Fact]
    public void Encode_Maps_AreNamed()
    {
        var graph = Load(TestGraphs.ZipMap());
        Assert.Equal("""{"predictions":[{"no":0.25,"yes":0.75},{"no":1,"yes":0}]}""", Run(graph, "text/csv", "0.25,0.75\n1,0", "application/json"));
        Assert.Equal("0.25,0.75\n", Run(graph, "text/csv", "0.25,0.75", "text/csv"));
    }

    [Fact]
    public void RoundTrip_Npy_KeepsShapeAndValues()
    {
        var graph = Load(TestGraphs.Echo(1, 2));
        var bytes = RunBytes(graph, "text/csv", "1.5,2\n3,4"u8.ToArray(), "application/x-npy");
        Assert.Equal(0, (bytes.Length - 16) % 64);
        Assert.Equal("1.5,2\n3,4\n", Encoding.UTF8.GetString(RunBytes(graph, "application/x-npy", bytes, "text/csv")));
        Assert.Contains("shape", Encoding.UTF8.GetString(RunBytes(Load(TestGraphs.Echo(1, 3)), "application/x-npy", bytes, "text/csv")));
        Assert.Contains("bytes of data", Encoding.UTF8.GetString(RunBytes(graph, "application/x-npy", bytes[..^1], "text/csv")));
    }

    [Theory]
    [InlineData("text/plain", null, "content type 'text/plain'")]
    [InlineData(null, null, "content type ''")]
    [InlineData("text/csv", "image/png", "'image/png'")]
    public void RoundTrip_UnknownType_SaysWhatIsTaken(string? type, string? accept, string words) => Assert.Contains(words, Run(Load(TestGraphs.Linear(1)), type, "1", accept));

    [Fact]
    public void Encode_NoPreference_IsJson() => Assert.Equal("""{"predictions":[[1]]}""", Run(Load(TestGraphs.Linear(1)), "text/csv", "1", "*/*"));

    private OnnxGraph Load(byte[] bytes)
    {
        var file = _folder[$"{Guid.NewGuid():N}.onnx"];
        File.WriteAllBytes(file, bytes);
        return OnnxGraph.Load(file).Value;
    }

    private static string Run(OnnxGraph graph, string? type, string body, string? accept) => Encoding.UTF8.GetString(RunBytes(graph, type, Encoding.UTF8.GetBytes(body), accept));

    private static byte[] RunBytes(OnnxGraph graph, string? type, byte[] body, string? accept)
    {
        var codec = new TensorsCodec(graph.Signature);
        using var buffers = new GraphBuffers(graph.Signature);
        if (codec.Decode(type, body, buffers.Inputs).Error is { } error) return Encoding.UTF8.GetBytes(error.Message);
        graph.Run(buffers);
        var to = new ArrayBufferWriter<byte>();
        return codec.Encode(accept, buffers.Inputs, buffers.Outputs, to).Error is { } refused ? Encoding.UTF8.GetBytes(refused.Message) : to.WrittenSpan.ToArray();
    }
}
