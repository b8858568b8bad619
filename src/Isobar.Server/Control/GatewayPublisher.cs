using Isobar.Core.Results;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;

namespace Isobar.Server.Control;

/// <summary>Puts what a manifest serves behind the gateway. What somebody has set there beside the backends (hedging, keys, caching) stays.</summary>
internal sealed class GatewayPublisher(ServiceCatalog catalog, ServiceTable table) : IServicePublisher
{
    public async Task<Result<Done>> PublishAsync(PublishedService service, CancellationToken ct)
    {
        var known = table.Find(service.Name)?.Route.Definition ?? new ServiceDefinition();
        var definition = known with
        {
            Policy = service.Mode == "active-passive" ? "priority" : known.Policy == "priority" ? "weighted" : known.Policy,
            Backends = [.. service.Backends.Select(b => new BackendDefinition { Name = b.Cloud, Cloud = b.Cloud, Endpoint = b.Endpoint, Weight = b.Weight, Priority = b.Priority })],
            // A canary or a shadow of a backend that is gone would make the service faulty.
            Canary = known.Canary is { } canary && service.Backends.Any(b => b.Cloud == canary.Backend) ? canary : null,
            Shadow = known.Shadow is { } shadow && service.Backends.Any(b => b.Cloud == shadow.Backend) ? shadow : null,
        };
        return (await catalog.PutAsync(service.Name, definition, null, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<Result<Done>> WithdrawAsync(string name, CancellationToken ct)
    {
        var gone = await catalog.DeleteAsync(name, null, ct).ConfigureAwait(false);
        return gone.Error is { Code: ErrorCode.NotFound } ? Done.Value : gone;
    }
}
