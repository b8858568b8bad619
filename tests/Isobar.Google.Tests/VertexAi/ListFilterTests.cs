using Grpc.Core;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Tests.VertexAi;

public sealed class ListFilterTests
{
    private static readonly Dictionary<string, string> Row = new() { ["display_name"] = "my model", ["state"] = "RUNNING", ["labels.team"] = "blue" };

    [Theory]
    [InlineData("", true)]
    [InlineData("display_name=\"my model\"", true)]
    [InlineData("display_name=\"other\"", false)]
    [InlineData("display_name=\"my model\" AND labels.team=blue", true)]
    [InlineData("display_name=\"my model\" AND labels.team=red", false)]
    [InlineData("labels.team=red OR state=RUNNING", true)]
    [InlineData("NOT state=RUNNING", false)]
    [InlineData("labels.team:*", true)]
    [InlineData("labels.other:*", false)]
    [InlineData("(labels.team=red OR labels.team=blue) AND state!=DONE", true)]
    public void Parse_Filter_HoldsOrNot(string filter, bool expected) => Assert.Equal(expected, ListFilter.Parse(filter)(path => Row.GetValueOrDefault(path)));

    [Theory]
    [InlineData("display_name")]
    [InlineData("display_name=")]
    [InlineData("(a=b")]
    [InlineData("a=b)")]
    [InlineData("a=\"b")]
    public void Parse_Malformed_IsInvalid(string filter) => Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => ListFilter.Parse(filter)).StatusCode);
}
