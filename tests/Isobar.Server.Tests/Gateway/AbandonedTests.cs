using Isobar.Server.Gateway;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Isobar.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Tests.Gateway;

/// <summary>Callers who went away before they were answered, in the count that objectives are held against.</summary>
public sealed class AbandonedTests
{
    [Fact]
    public async Task Abandoned_CallerWentAwayEarly_SaysNothingAboutTheServiceAndLateIsAFailure()
    {
        await using var server = await LiveServer.StartAsync();
        await server.DefineAsync("left", """{"backends": [{"name": "own", "url": "http://127.0.0.1:9"}], "resilience": {"hedgeAfterMs": 3600000} }""");
        var (service, time) = (server.Services.GetRequiredService<ServiceTable>().Find("left")!, server.Services.GetRequiredService<TimeProvider>());
        var (meter, caller) = (server.Services.GetRequiredService<GatewayMeter>(), new Caller("c"));

        meter.Abandoned(service, null, caller, received: 7, time.GetTimestamp());
        Assert.Equal(0, service.Route.Tally.Read(null).Failed);
        meter.Abandoned(service, null, caller, received: 7, time.GetTimestamp() - time.TimestampFrequency * 7200);
        Assert.Equal(1, service.Route.Tally.Read(null).Failed);

        // What was used was used, early or late.
        var used = Assert.Single(caller.Take());
        Assert.Equal((2, 2, 14), (used.Sums.Requests, used.Sums.Failed, used.Sums.BytesIn));
    }
}
