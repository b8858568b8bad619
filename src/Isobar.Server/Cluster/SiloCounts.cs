using System.Text.Json.Serialization;
using Isobar.Engine.State;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;

namespace Isobar.Server.Cluster;

/// <summary>What the gateway of a silo has counted since its start.</summary>
/// <param name="Asked">How often each key asked whose rate is bounded.</param>
internal sealed record SiloCounts(IReadOnlyDictionary<string, SharedService> Services, IReadOnlyDictionary<string, long>? Asked = null)
{
    public static readonly Collection<SiloCounts> Collection = new("cluster.counts", SiloCountsJson.Default.SiloCounts);

    /// <summary>Counts of the services that were asked for anything.</summary>
    public static SiloCounts Of(ServiceTable table, ApiKeys keys) => new(table.All.Where(s => s.Route.Backends.Any(b => b.Counts.Requests > 0)).ToDictionary(s => s.Route.Name, SharedService.Of), keys.Rates.ToDictionary(r => r.Key, r => r.Value.Asked));
}

/// <summary>What callers of a service saw, and what its backends did.</summary>
/// <param name="Times">Answers by <see cref="LatencyHistogram"/>'s buckets, empty ones left out.</param>
internal sealed record SharedService(long Failed, IReadOnlyDictionary<int, int> Times, IReadOnlyDictionary<string, SharedBackend> Backends)
{
    public static SharedService Of(LiveService service)
    {
        var (times, failed) = service.Route.Tally.Snapshot();
        // Times of backends are compared while there is a canary, and are many.
        var compared = service.Canary is { State: "running" };
        return new(failed, Histograms.Sparse(times), service.Route.Backends.ToDictionary(b => b.Definition.Name, b => new SharedBackend(b.Pending, b.Counts.Failures, compared ? Histograms.Sparse(b.Times.Snapshot()) : null)));
    }

    public TallyCounts Tally(double? slowMs) => TallyCounts.Of(Histograms.Dense(Times), Failed, slowMs);
}

/// <summary>What a backend did.</summary>
/// <param name="Pending">Requests under way.</param>
internal sealed record SharedBackend(int Pending, long Failures, IReadOnlyDictionary<int, int>? Times);

/// <summary>Histograms, written down.</summary>
internal static class Histograms
{
    public static IReadOnlyDictionary<int, int> Sparse(int[] counts) => counts.Index().Where(c => c.Item > 0).ToDictionary(c => c.Index, c => c.Item);

    /// <summary>What a peer wrote; buckets that this version does not know are left out.</summary>
    public static int[] Dense(IReadOnlyDictionary<int, int>? sparse)
    {
        var counts = new int[LatencyHistogram.Buckets];
        foreach (var (bucket, count) in sparse ?? new Dictionary<int, int>())
            if (bucket >= 0 && bucket < counts.Length) counts[bucket] = count;
        return counts;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SiloCounts))]
internal sealed partial class SiloCountsJson : JsonSerializerContext;
