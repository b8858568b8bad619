using System.Collections.Concurrent;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Endpoints;

/// <summary>Endpoints as documents, shown as the engine has them: what was asked for and failed is not shown.</summary>
internal sealed class EndpointStore(IStateStore state, IEndpoints engine)
{
    public const string Endpoints = "endpoints";
    private readonly ResourceTable<Endpoint> _table = new(state, Endpoints);
    private readonly ConcurrentDictionary<string, Endpoint> _known = new();

    public async Task<Stored<Endpoint>> FindAsync(string text, CancellationToken ct, string field = "name")
    {
        var name = ResourceName.Parse(text, Endpoints, field);
        var stored = await _table.FindAsync(text, ct).ConfigureAwait(false);
        return stored with { Value = Live(stored.Value, (await engine.GetAsync(name.Engine, ct).ConfigureAwait(false)).TryGet(out var info, out _) ? info : null) };
    }

    /// <summary>An endpoint as it was asked for; null where there is none.</summary>
    public Task<Stored<Endpoint>?> GetAsync(string name, CancellationToken ct) => _table.GetAsync(name, ct);

    public async Task<IReadOnlyList<Stored<Endpoint>>> ListAsync(string parent, CancellationToken ct)
    {
        var live = (await engine.ListAsync($"gcp/{parent}/", ct).ConfigureAwait(false)).ToDictionary(e => e.Spec.Id);
        return [.. (await _table.ListAsync($"{parent}/{Endpoints}/", ct).ConfigureAwait(false)).Select(s => s with { Value = Live(s.Value, live.GetValueOrDefault("gcp/" + s.Name)) })];
    }

    public async Task<Core.Results.Result<Stored<Endpoint>>> InsertAsync(Endpoint endpoint, CancellationToken ct) => await _table.InsertAsync(endpoint.Name, endpoint, ct).ConfigureAwait(false);

    public async Task PutAsync(Endpoint endpoint, CancellationToken ct)
    {
        await _table.PutAsync(endpoint.Name, endpoint, ct).ConfigureAwait(false);
        _known[endpoint.Name] = endpoint.Clone();
    }

    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        await _table.DeleteAsync(name, ct).ConfigureAwait(false);
        _known.TryRemove(name, out _);
    }

    /// <summary>A deployed model by the variant that answered, without the database where it has been asked for before.</summary>
    public async ValueTask<DeployedModel?> DeployedAsync(string endpoint, string? variant, CancellationToken ct)
    {
        if (!_known.TryGetValue(endpoint, out var known))
        {
            if (await _table.GetAsync(endpoint, ct).ConfigureAwait(false) is not { } stored) return null;
            _known[endpoint] = known = stored.Value;
        }
        foreach (var deployed in known.DeployedModels)
            if (deployed.Id == variant) return deployed;
        return null;
    }

    private static Endpoint Live(Endpoint endpoint, EndpointInfo? info)
    {
        var there = info is { State: EndpointState.InService or EndpointState.Updating or EndpointState.RollingBack } ? info.Spec.Variants.Select(v => v.Name).ToHashSet() : [];
        foreach (var lost in endpoint.DeployedModels.Where(d => !there.Contains(d.Id)).ToList()) endpoint.DeployedModels.Remove(lost);
        endpoint.TrafficSplit.Clear();
        foreach (var variant in info?.Variants ?? [])
            if (there.Contains(variant.Name)) endpoint.TrafficSplit[variant.Name] = (int)variant.CurrentWeight;
        return endpoint;
    }
}
