using Isobar.Aws.CloudWatchLogs;

namespace Isobar.Aws.Tests.CloudWatchLogs;

public sealed class FilterPatternTests
{
    [Theory]
    [InlineData("", "anything", true)]
    [InlineData("ERROR", "an ERROR here", true)]
    [InlineData("ERROR", "an error here", false)]
    [InlineData("ERROR disk", "disk ERROR", true)]
    [InlineData("ERROR -retry", "ERROR retry", false)]
    [InlineData("?WARN ?ERROR", "a WARN", true)]
    [InlineData("?WARN ?ERROR", "fine", false)]
    [InlineData("\"no space left\"", "there is no space left", true)]
    [InlineData("\"no space left\"", "left no space", false)]
    [InlineData("%loss=[0-9]+%", "loss=12", true)]
    [InlineData("{ $.level = \"error\" }", "{\"level\":\"error\"}", true)]
    [InlineData("{ $.a.b >= 3 && $.c != 1 }", "{\"a\":{\"b\":3},\"c\":2}", true)]
    [InlineData("{ $.a.b >= 3 && $.c != 1 }", "{\"a\":{\"b\":3},\"c\":1}", false)]
    [InlineData("{ $.a = 1 || $.a = 2 }", "{\"a\":2}", true)]
    [InlineData("{ $.name = \"al*\" }", "{\"name\":\"algo\"}", true)]
    [InlineData("{ $.a = 1 }", "not json", false)]
    public void Matches_Pattern_AsDocumented(string pattern, string message, bool expected) =>
        Assert.Equal(expected, FilterPattern.Parse(pattern)!.Matches(message));

    [Theory]
    [InlineData("{ a = 1 }")]
    [InlineData("[ip, user]")]
    [InlineData("%(%")]
    public void Parse_NotUnderstood_GivesNull(string pattern) => Assert.Null(FilterPattern.Parse(pattern));
}
