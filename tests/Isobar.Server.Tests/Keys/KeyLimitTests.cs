using System.Net;
using Isobar.Server.Gateway.Keys;
using Isobar.Server.Tests.Harness;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Keys;

public sealed class KeyLimitTests : IAsyncLifetime
{
    private LiveServer _server = null!;
    private LoopbackApp _model = null!;

    public async ValueTask InitializeAsync()
    {
        _model = await LoopbackApp.ModelAsync();
        _server = await LiveServer.StartAsync();
        await _server.DefineAsync("guarded", $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}/predict"}], "access": "keys"}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _model.DisposeAsync();
    }

    [Fact]
    public async Task Key_FasterThanItMay_IsAskedToWait()
    {
        // One a minute after the burst: no clock of a slow machine gives a fourth.
        var key = await _server.KeyAsync("""{"name": "slow", "requestsPerSecond": 0.0166, "burst": 3}""");
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync("guarded", key));
        using var fourth = await _server.AskAsync("guarded", key);
        Assert.Equal(HttpStatusCode.TooManyRequests, fourth.StatusCode);
        Assert.NotNull(fourth.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("guarded", await _server.KeyAsync("""{"name": "another"}""")));
    }

    [Fact]
    public async Task Key_ItsDayIsUsedUp_StaysSoOverARestart()
    {
        var key = await _server.KeyAsync("""{"name": "small", "dailyRequests": 2}""");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("guarded", key));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("guarded", key));
        using var third = await _server.AskAsync("guarded", key);
        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        await _server.RestartAsync();
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync("guarded", key));
    }

    [Fact]
    public async Task Key_NoneWrongOrOfAnotherService_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("guarded", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("guarded", "isk_0000000000000000_" + new string('0', 64)));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("guarded", await _server.KeyAsync("""{"name": "other", "services": ["elsewhere"]}""")));
    }

    [Fact]
    public void DailyQuota_TheDayAfter_BeginsAnew()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 23, 0, 0, TimeSpan.Zero));
        var quota = new DailyQuota(1, time);
        Assert.Null(quota.TryTake());
        Assert.Equal(TimeSpan.FromHours(1), quota.TryTake());
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(quota.TryTake());
        Assert.Equal(TimeSpan.FromDays(1), quota.TryTake());
    }

    private async Task<HttpStatusCode> StatusAsync(string service, string? key)
    {
        using var reply = await _server.AskAsync(service, key);
        return reply.StatusCode;
    }
}
