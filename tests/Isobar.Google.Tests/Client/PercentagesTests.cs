using CsCheck;
using Isobar.Google.Client;

namespace Isobar.Google.Tests.Client;

public sealed class PercentagesTests
{
    [Fact]
    public void Percentages_AnyWeights_MakeAHundred() =>
        Gen.Double[0, 1000].Array[1, 20].Sample(weights => GoogleServing.Percentages(weights).Sum() == 100 && GoogleServing.Percentages(weights).All(p => p >= 0));

    [Fact]
    public void Percentages_NoTrafficForOne_IsNone() => Assert.Equal([0, 100], GoogleServing.Percentages([0, 1]));
}
