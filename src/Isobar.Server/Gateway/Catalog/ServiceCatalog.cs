using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Cluster;
using Isobar.Server.Gateway.Caching;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway.Catalog;

/// <summary>Keeps services, and makes the table that requests read. Changes come one at a time.</summary>
internal sealed class ServiceCatalog([FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, IClouds clouds, ServiceTable table, UpstreamFactory upstreams, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, LiveService> _services = new(StringComparer.Ordinal);

    /// <summary>Reads what is kept: at the start, and what other silos of the cluster have written since. Services that have not changed keep their counts, breakers and caches.</summary>
    public async Task RefreshAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var canaries = (await store.ListAsync(GatewayCollections.Canaries, "", ct).ConfigureAwait(false)).ToDictionary(c => c.Id, c => c.Value);
            var kept = await store.ListAsync(GatewayCollections.Services, "", ct).ConfigureAwait(false);
            var before = _services.Count;
            foreach (var gone in _services.Keys.Except(kept.Select(d => d.Id)).ToList()) _services.Remove(gone);
            var changed = kept.Where(d => !_services.TryGetValue(d.Id, out var live) || live.Version != d.Version || live.Canary != canaries.GetValueOrDefault(d.Id)).ToList();
            foreach (var document in changed) Show(document, canaries.GetValueOrDefault(document.Id));
            if (changed.Count > 0 || _services.Count != before) table.Replace(_services);
        }
        finally { _turn.Release(); }
    }

    /// <summary>Creates or changes a service.</summary>
    /// <param name="expected">The version that it must have; 0: it must be new; null: any.</param>
    public async Task<Result<LiveService>> PutAsync(string name, ServiceDefinition definition, long? expected, CancellationToken ct)
    {
        if (!ServiceRules.IsName(name)) return Error.Invalid("name", name, "A service's name has 1 to 63 letters, digits, hyphens, underscores and dots, and begins with a letter or digit.");
        await clouds.Ready.WaitAsync(ct).ConfigureAwait(false);
        var faults = ServiceRules.Check(definition).Concat(UnknownClouds(definition)).ToList();
        if (faults.Count > 0) return new Error(ErrorCode.InvalidArgument, $"The service {name} is not as it must be: {string.Join(' ', faults.Select(f => $"{f.Field}: {f.Message}"))}") { Faults = faults };
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var canary = await CanaryAsync(name, definition, ct).ConfigureAwait(false);
            Result<Document<ServiceDefinition>> written = expected switch
            {
                null => await store.PutAsync(GatewayCollections.Services, name, definition, ct).ConfigureAwait(false),
                0 => await store.InsertAsync(GatewayCollections.Services, name, definition, ct).ConfigureAwait(false),
                { } version => await store.UpdateAsync(GatewayCollections.Services, name, definition, version, ct).ConfigureAwait(false),
            };
            if (!written.TryGet(out var document, out var error)) return error;
            if (canary is not null) await store.PutAsync(GatewayCollections.Canaries, name, canary, ct).ConfigureAwait(false);
            else await store.DeleteAsync(GatewayCollections.Canaries, name, ct).ConfigureAwait(false);
            var live = Show(document, canary);
            table.Replace(_services);
            return live;
        }
        finally { _turn.Release(); }
    }

    /// <summary>Takes a service away; <see cref="ErrorCode.NotFound"/>, or <see cref="ErrorCode.Aborted"/> where it has another version.</summary>
    public async Task<Result<Done>> DeleteAsync(string name, long? expected, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_services.TryGetValue(name, out var live)) return Error.NotFound($"The service {name}");
            if (expected is { } version && version != live.Version) return new Error(ErrorCode.Aborted, $"The service {name} has the version {live.Version}, not {version}.");
            await store.DeleteAsync(GatewayCollections.Services, name, ct).ConfigureAwait(false);
            await store.DeleteAsync(GatewayCollections.Canaries, name, ct).ConfigureAwait(false);
            _services.Remove(name);
            table.Replace(_services);
            return Done.Value;
        }
        finally { _turn.Release(); }
    }

    /// <summary>Moves a canary; nothing happens where the service has changed since.</summary>
    public async Task<bool> MoveCanaryAsync(LiveService from, CanaryStatus to, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_services.TryGetValue(from.Route.Name, out var live) || live != from) return false;
            // In a cluster every silo looks at its own traffic; the first that moves the canary counts.
            var moved = await store.ChangeAsync<CanaryStatus>(GatewayCollections.Canaries, from.Route.Name, now => now == from.Canary ? to : new Error(ErrorCode.Aborted, "It was moved meanwhile."), ct).ConfigureAwait(false);
            if (!moved.IsOk) return false;
            live.Route.CanaryPercent = to.Percent;
            _services[from.Route.Name] = new LiveService(live.Route, live.Upstreams, live.Version, to, live.Cache);
            table.Replace(_services);
            return true;
        }
        finally { _turn.Release(); }
    }

    public void Dispose() => _turn.Dispose();

    // A canary that was promoted or rolled back stays so until another backend, or none, is the canary. One of the same name that leads elsewhere is another:
    // what its predecessor has earned is not its own.
    private async Task<CanaryStatus?> CanaryAsync(string name, ServiceDefinition definition, CancellationToken ct)
    {
        if (definition.Canary is not { } canary) return null;
        var kept = (await store.GetAsync(GatewayCollections.Canaries, name, ct).ConfigureAwait(false))?.Value;
        var before = (await store.GetAsync(GatewayCollections.Services, name, ct).ConfigureAwait(false))?.Value;
        return kept?.Backend == canary.Backend && LeadsTo(before, canary.Backend) == LeadsTo(definition, canary.Backend) && (kept.State != "running" || kept.Step < canary.Steps.Count && kept.Percent == canary.Steps[kept.Step]) ? kept : CanaryStatus.Begun(canary, time.GetUtcNow());
    }

    private static (string? Cloud, string? Endpoint, string? Url)? LeadsTo(ServiceDefinition? definition, string name) =>
        definition?.Backends.FirstOrDefault(b => b.Name == name) is { } backend ? (backend.Cloud, backend.Endpoint, backend.Url) : null;

    private LiveService Show(Document<ServiceDefinition> document, CanaryStatus? canary)
    {
        var before = _services.GetValueOrDefault(document.Id);
        var route = new ServiceRoute(document.Id, document.Value, canary?.Percent ?? 0, before?.Route, time, Random.Shared);
        var asked = document.Value.Backends.Select(b => upstreams.Create(b, document.Value.Health)).ToArray();
        // Answers of other backends are no longer this service's.
        var cache = document.Value.Cache is { } kept ? before?.Cache is { } old && old.Definition == kept && before.Route.Definition.Backends.SequenceEqual(document.Value.Backends) ? old : new ReplyCache(kept, time) : null;
        return _services[document.Id] = new LiveService(route, asked, document.Version, canary, cache);
    }

    private IEnumerable<Fault> UnknownClouds(ServiceDefinition definition) =>
        from backend in definition.Backends.Index()
        where !string.IsNullOrEmpty(backend.Item.Cloud) && clouds.Find(backend.Item.Cloud) is null
        select new Fault($"backends[{backend.Index}].cloud", backend.Item.Cloud, $"There is no cloud '{backend.Item.Cloud}'; there are {string.Join(", ", clouds.All.Select(c => c.Name))}.");
}
