using System.Text;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class InputDataTests
{
    private static readonly CodecContext Numbers = new(new OnnxSignature([new OnnxPort("features", TensorElementType.Float, [-1, 2])], []), "", null, new Dictionary<string, string>());

    [Theory]
    // Rows alone are the array as it stands.
    [InlineData("""{"input_data":[[1,2],[3,4]]}""", "[[1,2],[3,4]]")]
    [InlineData(""" { "input_data" : [ [1, [2]], "a", null ] } """, """[ [1, [2]], "a", null ]""")]
    [InlineData("""{"input_data":[]}""", "[]")]
    // Anything else is written anew.
    [InlineData("""{"input_data":[[1,2]],"params":{"a":1}}""", """{"instances":[[1,2]]}""")]
    [InlineData("""{"params":{},"input_data":[[1,2]]}""", """{"instances":[[1,2]]}""")]
    [InlineData("""{"input_data":[[1,2]],"input_data":[[3,4]]}""", """{"instances":[[3,4]]}""")]
    [InlineData("""{"input_data":[[1,2],{"features":[3,4]}]}""", """{"instances":[[1,2],{"features":[3,4]}]}""")]
    [InlineData("""{"input_data":{"columns":["features"],"data":[[[1,2]]]}}""", """{"instances":[{"features":[1,2]}]}""")]
    // What does not speak of input_data is the engine's own.
    [InlineData("""{"instances":[[1,2]]}""", """{"instances":[[1,2]]}""")]
    [InlineData("""{"other":"\"input_data\""}""", """{"other":"\"input_data\""}""")]
    public void Rewrite_OfEveryShape_GivesTheRows(string body, string rows)
    {
        Assert.Equal(rows, Encoding.UTF8.GetString(InputData.Rewrite(Encoding.UTF8.GetBytes(body), Numbers).Value.Span));
    }

    [Theory]
    [InlineData("""{"input_data":[[1,2]""")]
    [InlineData("""{"input_data":[[1,2]]} x""")]
    [InlineData("""{"input_data":[[1,2}]""")]
    [InlineData("""{"input_data":7}""")]
    public void Rewrite_OfWhatIsNoneOfThem_IsRefused(string body) =>
        Assert.Equal(ErrorCode.InvalidArgument, InputData.Rewrite(Encoding.UTF8.GetBytes(body), Numbers).Error!.Code);
}
