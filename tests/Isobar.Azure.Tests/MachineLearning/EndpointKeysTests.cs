using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.OnlineEndpoints;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class EndpointKeysTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Token_WithinItsTime_OpensTheEndpointThatGaveIt()
    {
        var (mine, other) = (new EndpointKeys(EndpointKeys.New(null)), new EndpointKeys(EndpointKeys.New(null)));
        var token = (string)mine.Token(Now)["accessToken"]!;
        Assert.True(mine.IsToken(token, Now.AddHours(11)));
        Assert.False(mine.IsToken(token, Now.AddHours(13)));
        Assert.False(other.IsToken(token, Now));
        Assert.False(mine.IsToken(token.Replace(token[..4], "9999", StringComparison.Ordinal), Now));
        Assert.False(mine.IsToken("", Now));
    }

    [Fact]
    public void Keys_GivenByTheOwner_AreKept()
    {
        var keys = new EndpointKeys(EndpointKeys.New(new JsonObject { ["primaryKey"] = "mine" }));
        Assert.True(keys.IsKey("mine"));
        Assert.False(keys.IsKey("other"));
        Assert.False(keys.IsKey("min"));
        Assert.False(keys.IsKey(""));
        var (key, longer) = (new string('k', 500), new string('k', 501));
        var given = new EndpointKeys(EndpointKeys.New(new JsonObject { ["secondaryKey"] = key }));
        Assert.True(given.IsKey(key));
        Assert.False(given.IsKey(longer));
        Assert.NotEqual("mine", (string?)keys.Show()["secondaryKey"]);
    }
}
