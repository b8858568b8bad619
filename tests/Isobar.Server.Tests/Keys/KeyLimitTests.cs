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
    public async Task Key_RevokedBeforeItsUseWasWritten_TheBooksHaveAllOfIt()
    {
        await _server.DefineAsync("counted", $$"""{"backends": [{"name": "own", "url": "{{_model.Url}}/predict"}], "access": "keys"}""");
        using var made = await _server.Http.PostAsync("/v1/gateway/keys", new StringContent("""{"name": "leaver"}""", System.Text.Encoding.UTF8, "application/json"));
        var key = System.Text.Json.Nodes.JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, await StatusAsync("counted", key["key"]!.GetValue<string>()));
        (await _server.Http.DeleteAsync($"/v1/gateway/keys/{key["id"]}")).Dispose();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("counted", key["key"]!.GetValue<string>()));
        var used = System.Text.Json.Nodes.JsonNode.Parse(await _server.Http.GetStringAsync("/v1/gateway/usage?service=counted"))!["usage"]!.AsArray();
        Assert.Equal(3, used.Sum(u => u!["requests"]!.GetValue<long>()));
    }

    [Fact]
    public void Cell_ServiceIsChanged_IsTheOneOfBefore()
    {
        Isobar.MultiCloud.Routing.Backend Made(double weight) => new(new() { Name = "a", Weight = weight }, new(), TimeProvider.System);
        var caller = new Caller("someone");
        Assert.Same(caller.Cell("s", Made(1)), caller.Cell("s", Made(2)));
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

    [Fact]
    public void DailyQuota_OfSeveralServers_IsOneForAll()
    {
        var quota = new DailyQuota(10, new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 1, 0, 0, TimeSpan.Zero)));
        for (var i = 0; i < 3; i++) Assert.Null(quota.TryTake());
        var (day, since) = quota.Since;
        Assert.Equal(3, since);
        // One more comes while it is written; another server has let six through.
        Assert.Null(quota.TryTake());
        quota.Wrote(day, since, 9);
        Assert.NotNull(quota.TryTake());
        Assert.Equal(1, quota.Since.Requests);
        quota.Wrote(day.AddDays(-1), 0, 0);
        Assert.NotNull(quota.TryTake());
    }

    [Fact]
    public void KeyRate_WithAShare_FillsByIt()
    {
        var time = new FakeTimeProvider();
        var rate = new KeyRate(10, 20, time);
        Assert.Equal(20, Taken(rate));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(10, Taken(rate));
        rate.Take(0.2);
        Assert.Equal(TimeSpan.FromSeconds(0.5), rate.TryTake());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Taken(rate));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(4, Taken(rate));
    }

    [Theory]
    [InlineData(0, 0, 0, 1 / 3.0)]
    [InlineData(50, 50, 50, 1 / 3.0)]
    [InlineData(90, 0, 0, 0.9 + 0.1 / 3)]
    [InlineData(0, 90, 0, 0.1 / 3)]
    public void KeyShares_OfThreeSilos_FollowWhereTheKeyAsks(long mine, long second, long third, double share)
    {
        Assert.Equal(share, KeyShares.Of(mine, [second, third]), 9);
        Assert.Equal(1, KeyShares.Of(mine, [second, third]) + KeyShares.Of(second, [mine, third]) + KeyShares.Of(third, [mine, second]), 9);
    }

    private static int Taken(KeyRate rate)
    {
        var taken = 0;
        while (rate.TryTake() is null) taken++;
        return taken;
    }

    private async Task<HttpStatusCode> StatusAsync(string service, string? key)
    {
        using var reply = await _server.AskAsync(service, key);
        return reply.StatusCode;
    }
}
