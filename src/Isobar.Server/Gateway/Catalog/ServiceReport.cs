using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;

namespace Isobar.Server.Gateway.Catalog;

/// <summary>All services.</summary>
internal sealed record ServiceList(IReadOnlyList<ServiceReport> Services);

/// <summary>A service as it stands.</summary>
/// <param name="Version">The version of its definition, which is its ETag too.</param>
/// <param name="InFlight">Requests under way.</param>
/// <param name="HedgeAfterMs">When a second backend is asked.</param>
internal sealed record ServiceReport(string Name, long Version, ServiceDefinition Definition, IReadOnlyList<BackendReport> Backends, int InFlight, int HedgeAfterMs, CanaryStatus? Canary, ShadowReport? Shadow, CacheReport? Cache)
{
    public static ServiceReport Of(LiveService service)
    {
        var route = service.Route;
        return new(route.Name, service.Version, route.Definition, [.. route.Backends.Select((b, i) => BackendReport.Of(b, i == route.Canary ? "canary" : i == route.Shadow ? "shadow" : "stable"))],
            route.Limit.Inside, route.HedgeAfterMs, service.Canary, route.Shadow < 0 ? null : new(route.ShadowCounts.Compared, route.ShadowCounts.Different, route.ShadowCounts.Failed, route.ShadowCounts.Skipped),
            service.Cache is { } cache ? new(cache.Hits, cache.Misses) : null);
    }
}

/// <summary>A backend as it stands.</summary>
/// <param name="Role"><c>stable</c>, <c>canary</c> or <c>shadow</c>.</param>
/// <param name="Health"><c>up</c>, <c>down</c> (checks fail), <c>broken</c> (requests failed of late) or <c>trying</c> (one request at a time).</param>
/// <param name="Reason">Why the last check failed.</param>
/// <param name="P50Ms">Median latency since it was set up; null before the first answer.</param>
internal sealed record BackendReport(string Name, string? Cloud, string? Endpoint, string? Url, string Role, string Health, string? Reason, long Requests, long Failures, long TimedOut, long Overtaken, int Pending, long BytesSent, long BytesReceived, double? P50Ms, double? P99Ms)
{
    public static BackendReport Of(Backend backend, string role)
    {
        var (counts, times) = (backend.Counts, backend.Times.Snapshot());
        return new(backend.Definition.Name, backend.Definition.Cloud, backend.Definition.Endpoint, backend.Definition.Url, role, HealthOf(backend), backend.Probe.Reason,
            counts.Requests, counts.Failures, counts.TimedOut, counts.Overtaken, backend.Pending, counts.BytesSent, counts.BytesReceived, Ms(0.5), Ms(0.99));

        double? Ms(double share) => LatencyHistogram.Quantile(times, share) / 1000;
    }

    public static string HealthOf(Backend backend) => !backend.Probe.IsUp ? "down" : backend.Breaker.State switch { BreakerState.Open => "broken", BreakerState.HalfOpen => "trying", _ => "up" };
}

/// <summary>What a shadow's answers were like.</summary>
/// <param name="Compared">Copies that both sides answered.</param>
/// <param name="Different">Of these: with another prediction, in whichever cloud's form.</param>
/// <param name="Failed">Copies that the shadow did not answer.</param>
/// <param name="Skipped">Requests that were not copied, since too many copies were under way.</param>
internal sealed record ShadowReport(long Compared, long Different, long Failed, long Skipped);

/// <summary>How often an answer was kept already.</summary>
internal sealed record CacheReport(long Hits, long Misses);
