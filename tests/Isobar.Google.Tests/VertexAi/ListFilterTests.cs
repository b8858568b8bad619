using Grpc.Core;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Tests.VertexAi;

public sealed class ListFilterTests
{
    private static readonly Dictionary<string, string> Row = new() { ["display_name"] = "red model", ["labels.team"] = "blue", ["count"] = "10", ["labels.example.com/zone"] = "north", ["state"] = "JOB_STATE_FAILED" };

    [Theory]
    [InlineData("", true)]
    [InlineData("display_name=\"red model\"", true)]
    [InlineData("display_name='red model'", true)]
    [InlineData("display_name!=\"red model\"", false)]
    [InlineData("labels.team=blue AND count>9", true)]
    [InlineData("count > 9 count < 10", false)]
    [InlineData("count>=10 OR state=none", true)]
    [InlineData("NOT labels.team=blue", false)]
    [InlineData("-labels.team=red", true)]
    [InlineData("(labels.team=red OR count<11) AND NOT state=none", true)]
    [InlineData("labels.team:*", true)]
    [InlineData("labels.none:*", false)]
    [InlineData("display_name:RED", true)]
    [InlineData("labels.\"example.com/zone\"=north", true)]
    [InlineData("-labels.\"example.com/zone\"=north", false)]
    [InlineData("count>-1", true)]
    [InlineData("missing=x", false)]
    [InlineData("missing!=x", true)]
    public void Parse_Comparisons_AreTrueOfTheRow(string filter, bool matches) => Assert.Equal(matches, Matches(filter));

    [Theory]
    [InlineData("display_name=starts_with(\"red\")", true)]
    [InlineData("display_name=starts_with(\"model\")", false)]
    [InlineData("display_name=ends_with(\"model\")", true)]
    [InlineData("display_name=has_substring(\"d m\")", true)]
    [InlineData("display_name!=has_substring(\"d m\")", false)]
    [InlineData("labels.team=one_of(\"green\", \"blue\")", true)]
    [InlineData("labels.team=one_of(\"green\")", false)]
    [InlineData("missing=has_substring(\"x\")", false)]
    [InlineData("labels.team=one_of(\"green\", \"blue\") AND count=10", true)]
    public void Parse_Functions_AreTrueOfTheRow(string filter, bool matches) => Assert.Equal(matches, Matches(filter));

    // Ten is more than nine although "10" sorts before "9".
    [Fact]
    public void Parse_Numbers_AreComparedAsNumbers() => Assert.True(Matches("count>9"));

    [Theory]
    [InlineData("display_name")]
    [InlineData("display_name=")]
    [InlineData("(display_name=x")]
    [InlineData("display_name=x)")]
    [InlineData("a ~ b")]
    [InlineData("display_name=starts_with(\"x\"")]
    public void Parse_Malformed_IsRefused(string filter) => Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => ListFilter.Parse(filter)).StatusCode);

    [Fact]
    public void Parse_TooLong_IsRefused() => Assert.Equal(StatusCode.InvalidArgument, Assert.Throws<RpcException>(() => ListFilter.Parse("a=" + new string('b', 5000))).StatusCode);

    private static bool Matches(string filter) => ListFilter.Parse(filter)(Row.GetValueOrDefault);
}
