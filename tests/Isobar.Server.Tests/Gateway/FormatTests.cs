using System.Text;
using Isobar.Server.Gateway.Formats;

namespace Isobar.Server.Tests.Gateway;

public sealed class FormatTests
{
    [Theory]
    [InlineData("/v1/models/m/predict", "localhost", "Plain", "m")]
    [InlineData("/v1/models/m/score", "localhost", "Azure", "m")]
    [InlineData("/endpoints/m/invocations", "localhost", "SageMaker", "m")]
    [InlineData("/endpoints/m/invocations-response-stream", "localhost", "SageMakerStream", "m")]
    [InlineData("/v1/projects/p/locations/l/endpoints/m:predict", "localhost", "Vertex", "m")]
    [InlineData("/v1beta1/projects/p/locations/l/endpoints/m:rawPredict", "localhost", "VertexRaw", "m")]
    [InlineData("/online-endpoints/eastus/m/score", "localhost", "Azure", "m")]
    [InlineData("/score", "m.eastus.inference.example", "Azure", "m")]
    [InlineData("/score", "localhost", null, null)]
    [InlineData("/v1/models/m", "localhost", null, null)]
    [InlineData("/v1/models//predict", "localhost", null, null)]
    [InlineData("/endpoints/m/async-invocations", "localhost", null, null)]
    [InlineData("/v1/projects/p/locations/l/models/m:predict", "localhost", null, null)]
    [InlineData("/v1/services/m", "localhost", null, null)]
    public void TryRead_PathsOfAllVendors_NameTheService(string path, string host, string? format, string? service)
    {
        var found = PredictionPath.TryRead(path, host, out var read, out var name);
        Assert.Equal(service, found ? name.ToString() : null);
        if (found) Assert.Equal(format, read.ToString());
    }

    [Theory]
    [InlineData("""{"instances": [[1]]}""", """{"instances": [[1]]}""")]
    [InlineData("""{"input": [[1,2]]}""", """{"instances":[[1,2]]}""")]
    [InlineData("""{"input": {"a": 1}}""", """{"instances":[{"a": 1}]}""")]
    [InlineData("""{"input_data": {"columns": ["a","b"], "index": [0], "data": [[1,"x"]]}}""", """{"instances":[{"a":1,"b":"x"}]}""")]
    [InlineData("""{"input_data": [[1,2]], "params": {"p": 1}}""", """{"instances":[[1,2]],"parameters":{"p": 1}}""")]
    [InlineData("""{"input_data": {"columns": ["a","b"], "data": [[1]]}}""", null)]
    [InlineData("""{"input": """, null)]
    public void ToInstances_EnvelopesOfAllVendors_BecomeOne(string body, string? wanted)
    {
        var instances = Envelopes.ToInstances(Encoding.UTF8.GetBytes(body));
        Assert.Equal(wanted?.Replace(" ", "", StringComparison.Ordinal), instances is { } found ? Encoding.UTF8.GetString(found.Span).Replace(" ", "", StringComparison.Ordinal) : null);
    }

    [Theory]
    [InlineData("""{"deployedModelId": {"predictions": 1}, "predictions": ["a", {"b": [1]}], "x": 1}""", """["a", {"b": [1]}]""")]
    [InlineData("""["a"]""", """["a"]""")]
    [InlineData("""{"predictions": """, """{"predictions": """)]
    public void Predictions_InsideAnObject_AreTakenOut(string body, string wanted) => Assert.Equal(wanted, Encoding.UTF8.GetString(Envelopes.Predictions(Encoding.UTF8.GetBytes(body)).Span));
}
