using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Tests.Telemetry;

public sealed class PrometheusTests
{
    [Fact]
    public async Task Metrics_OfAThousandServices_HaveEveryBackendByItsName()
    {
        await using var server = await LiveServer.StartAsync();
        var definition = new ServiceDefinition { Backends = [.. new[] { "a", "b", "c" }.Select(n => new BackendDefinition { Name = n, Url = "http://127.0.0.1:9/" })], Health = new HealthDefinition { EveryMs = 3_600_000 } };
        var services = Enumerable.Range(0, 1000).Select(i => new ServiceRoute($"s{i}", definition, 0, null, TimeProvider.System, new Random(1))).ToDictionary(r => r.Name, r => new LiveService(r, [], 1, null, null));
        server.Services.GetRequiredService<ServiceTable>().Replace(services);
        var lines = (await server.Http.GetStringAsync("/metrics")).Split('\n');
        Assert.Equal(3000, lines.Count(l => l.StartsWith("isobar_gateway_backend_up{", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, l => l.Contains("otel_metric_overflow", StringComparison.Ordinal));
    }
}
