using Isobar.MultiCloud.Failover;

namespace Isobar.MultiCloud.Tests.Failover;

public sealed class RequestDeadlineTests
{
    [Theory]
    [InlineData("250m", 250)]
    [InlineData("2S", 2000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("1500u", 1.5)]
    public void TryParseTimeout_AsGrpcWritesIt_IsRead(string text, double milliseconds)
    {
        Assert.True(RequestDeadline.TryParseTimeout(text, out var timeout));
        Assert.Equal(milliseconds, timeout.TotalMilliseconds, 6);
    }

    [Fact]
    public void TryParseTimeout_LongestOfGrpc_IsWithinWhatClocksCanTell()
    {
        Assert.True(RequestDeadline.TryParseTimeout("99999999H", out var timeout));
        Assert.True(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero) + timeout < DateTimeOffset.MaxValue);
    }

    [Theory]
    [InlineData("250")]
    [InlineData("m")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("1.5S")]
    public void TryParseTimeout_AnythingElse_IsRefused(string text) => Assert.False(RequestDeadline.TryParseTimeout(text, out _));

    [Fact]
    public void TryParseTime_BothForms_AreTheSameMoment()
    {
        Assert.True(RequestDeadline.TryParseTime("2026-01-31T12:00:00.250Z", out var written));
        Assert.True(RequestDeadline.TryParseTime(written.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), out var counted));
        Assert.Equal(written, counted);
        Assert.False(RequestDeadline.TryParseTime("soon", out _));
    }
}
