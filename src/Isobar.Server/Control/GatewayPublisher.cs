using Isobar.Core.Results;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Cluster;
using Isobar.Server.Gateway.Catalog;

namespace Isobar.Server.Control;

/// <summary>Puts what a manifest serves behind the gateway. What somebody has set there beside the backends (hedging, keys, caching) stays.</summary>
internal sealed class GatewayPublisher(ServiceCatalog catalog, ServiceTable table, IPeers peers) : IServicePublisher
{
    public async Task<Result<Done>> PublishAsync(PublishedService service, CancellationToken ct)
    {
        var known = table.Find(service.Name)?.Route.Definition ?? new ServiceDefinition();
        var definition = known with
        {
            Policy = service.Mode == "active-passive" ? "priority" : known.Policy == "priority" ? "weighted" : known.Policy,
            Backends = [.. service.Backends.Select(b => new BackendDefinition { Name = b.Cloud, Cloud = b.Cloud, Endpoint = b.Endpoint, Weight = b.Weight, Priority = b.Priority }), .. Trial(service.Canary)],
            // What somebody has set to other than what is usual stays.
            Labels = service.Labelled ? known.Labels ?? new LabelsDefinition() : known.Labels == new LabelsDefinition() ? null : known.Labels,
            // A canary or a shadow of a backend that is gone would make the service faulty.
            Canary = service.Canary is { } trial ? new CanaryDefinition { Backend = trial.Name, Steps = [trial.Percent], RequestsPerStep = trial.Requests, StepSeconds = trial.Seconds, MaxFailureShare = trial.MaxErrorRate, LatencyTolerance = trial.MaxLatencyRatio } : known.Canary is { } canary && service.Backends.Any(b => b.Cloud == canary.Backend) ? canary : null,
            Shadow = known.Shadow is { } shadow && service.Backends.Any(b => b.Cloud == shadow.Backend) ? shadow : null,
        };
        return (await catalog.PutAsync(service.Name, definition, null, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public CanaryOutcome? Canary(string name) => table.Find(name)?.Canary is { } status ? new CanaryOutcome(status.Backend, status.State, status.Percent, status.Reason) : null;

    public IReadOnlyDictionary<string, TallyCounts> Tallies(string name, double? slowMs)
    {
        if (table.Find(name) is not { } service) return new Dictionary<string, TallyCounts>();
        var counted = peers.Others.Where(p => p.Counts.Services.ContainsKey(name)).ToDictionary(p => p.Silo, p => p.Counts.Services[name].Tally(slowMs));
        counted[peers.Own] = service.Route.Tally.Read(slowMs);
        return counted;
    }

    public int? Pending(string name, string cloud) => table.Find(name)?.Route.Backends.FirstOrDefault(b => b.Definition.Name == cloud)?.Pending is not { } own ? null
        : own + peers.Others.Where(p => p.IsFresh).Sum(p => p.Counts.Services.GetValueOrDefault(name)?.Backends.GetValueOrDefault(cloud)?.Pending ?? 0);

    private static IEnumerable<BackendDefinition> Trial(PublishedCanary? canary) => canary is null ? [] : [new BackendDefinition { Name = canary.Name, Cloud = canary.Cloud, Endpoint = canary.Endpoint, Weight = 0 }];

    public async Task<Result<Done>> WithdrawAsync(string name, CancellationToken ct)
    {
        var gone = await catalog.DeleteAsync(name, null, ct).ConfigureAwait(false);
        return gone.Error is { Code: ErrorCode.NotFound } ? Done.Value : gone;
    }
}
