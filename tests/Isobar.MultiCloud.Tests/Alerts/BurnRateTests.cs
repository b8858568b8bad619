using Isobar.MultiCloud.Alerts;

namespace Isobar.MultiCloud.Tests.Alerts;

/// <summary>Alerts come when the budget burns, and end when it does not any more.</summary>
public sealed class BurnRateTests
{
    [Theory]
    [InlineData(0.02, 0.02, "page")]
    [InlineData(0.02, 0, null)]
    [InlineData(0.0005, 0.5, null)]
    public void Of_AnHourAndFiveMinutes_BothMustBurn(double hour, double minutes, string? severity) =>
        Assert.Equal(severity, BurnRate.Of(99.9, w => Counts(w <= TimeSpan.FromMinutes(5) ? minutes : w <= TimeSpan.FromHours(1) ? hour : 0))?.Severity);

    [Fact]
    public void Of_ASlowBurn_IsATicket() => Assert.Equal("ticket", BurnRate.Of(99.9, _ => Counts(0.002))!.Severity);

    [Fact]
    public void Of_NoRequests_IsNoAlert() => Assert.Null(BurnRate.Of(99.9, _ => new RequestCounts(0, 0)));

    [Fact]
    public void Of_APerfectObjective_BurnsWithTheFirstFailure()
    {
        Assert.Null(BurnRate.Of(100, _ => Counts(0)));
        Assert.NotNull(BurnRate.Of(100, _ => Counts(0.0001)));
    }

    private static RequestCounts Counts(double share) => new(10_000, 10_000 * share);
}
