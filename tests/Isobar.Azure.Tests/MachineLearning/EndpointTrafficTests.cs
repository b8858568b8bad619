using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class EndpointTrafficTests
{
    private static EndpointTraffic Read(string json) => EndpointTraffic.Read((JsonObject)JsonNode.Parse(json)!);

    [Theory]
    [InlineData("""{"traffic":{"blue":90,"green":10}}""")]
    [InlineData("""{"traffic":{"blue":0}}""")]
    [InlineData("""{"traffic":{"BLUE":100},"mirrorTraffic":{"green":50}}""")]
    [InlineData("{}")]
    public void Check_OfSharesThatAddUp_Holds(string json) => Read(json).Check(["blue", "green"]);

    [Theory]
    [InlineData("""{"traffic":{"blue":90}}""")]
    [InlineData("""{"traffic":{"red":100}}""")]
    [InlineData("""{"traffic":{"blue":100},"mirrorTraffic":{"green":51}}""")]
    [InlineData("""{"traffic":{"blue":100},"mirrorTraffic":{"blue":10}}""")]
    [InlineData("""{"traffic":{"blue":-5}}""")]
    [InlineData("""{"traffic":{"blue":"all"}}""")]
    [InlineData("""{"traffic":[]}""")]
    public void Check_OfSharesThatDoNot_IsRefused(string json) => Assert.Equal(400, Assert.Throws<ArmFault>(() => Read(json).Check(["blue", "green"])).Status);
}
