using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.OnlineEndpoints.Scaling;

namespace Isobar.Azure.Tests.MachineLearning;

public sealed class UtilizationTargetTests
{
    private static readonly UtilizationTarget Target = UtilizationTarget.Read((JsonObject)JsonNode.Parse("""{"scaleSettings":{"scaleType":"TargetUtilization","minInstances":1,"maxInstances":5,"targetUtilizationPercentage":50,"pollingInterval":"PT10S"}}""")!)!;

    [Theory]
    // Two requests at once, of instances that take two each and are to be half busy: two of them.
    [InlineData(1, 2.0, 2.0, 2)]
    [InlineData(2, 2.0, 2.0, 2)]
    // Never more than the most, nor fewer than the least.
    [InlineData(2, 40.0, 40.0, 5)]
    [InlineData(2, 0.0, 0.0, 1)]
    // A pause of the last half minute sends nobody away that was needed in the last minutes.
    [InlineData(4, 0.1, 4.0, 4)]
    [InlineData(4, 0.1, 2.5, 3)]
    public void Desired_SoManyRequests_GivesInstances(int current, double now, double most, int desired) => Assert.Equal(desired, Target.Desired(current, 2, (now, most)));

    [Fact]
    public void Read_DefaultScale_IsNone() => Assert.Null(UtilizationTarget.Read((JsonObject)JsonNode.Parse("""{"scaleSettings":{"scaleType":"Default"}}""")!));
}
