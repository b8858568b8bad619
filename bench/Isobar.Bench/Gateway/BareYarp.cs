using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;

namespace Isobar.Bench.Gateway;

/// <summary>YARP as its documentation begins: one route, one cluster, nothing else; before several upstreams, with its active and passive health checks.</summary>
internal static class BareYarp
{
    public static async Task RunAsync(string[] upstreams)
    {
        var several = upstreams.Length > 1;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "all", Match = new RouteMatch { Path = "{**all}" } }],
            [new ClusterConfig
            {
                ClusterId = "all",
                Destinations = upstreams.ToDictionary(u => u, u => new DestinationConfig { Address = u }),
                HttpRequest = several ? new() { ActivityTimeout = TimeSpan.FromSeconds(10) } : null,
                HealthCheck = several ? new()
                {
                    Active = new() { Enabled = true, Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures, Path = "/healthz" },
                    Passive = new() { Enabled = true, Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate, ReactivationPeriod = TimeSpan.FromSeconds(1) },
                } : null,
            }]);
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapReverseProxy();
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await app.WaitForShutdownAsync();
    }
}
