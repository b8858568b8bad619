using System.Collections.Concurrent;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Where requests for scores go.</summary>
internal sealed record ScoringTarget(string EngineId, string ResourceId, string AuthMode, EndpointKeys Keys);

/// <summary>Every endpoint by region and name, in memory: a request for scores touches no database.</summary>
internal sealed class ScoringTable(ArmStore store, WorkspaceStore workspaces)
{
    private readonly ConcurrentDictionary<string, ScoringTarget> _targets = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile bool _loaded;

    /// <summary>The endpoint that <c>REGION/NAME</c> names.</summary>
    public async ValueTask<ScoringTarget?> FindAsync(ReadOnlyMemory<char> place, CancellationToken ct)
    {
        if (!_loaded) await LoadAsync(ct).ConfigureAwait(false);
        return _targets.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(place.Span, out var target) ? target : null;
    }

    public void Put(ArmResource endpoint, string region) => _targets[$"{region}/{endpoint.Name}"] =
        new ScoringTarget(EndpointNames.Engine(endpoint.Path), endpoint.Id, (string)endpoint.Properties["authMode"]!, new EndpointKeys(endpoint.Secrets!));

    public void Remove(ArmResource endpoint)
    {
        foreach (var (key, target) in _targets)
            if (target.ResourceId == endpoint.Id) _targets.TryRemove(key, out _);
    }

    private async Task LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_loaded) return;
            foreach (var workspace in await workspaces.AllAsync(ct).ConfigureAwait(false))
                foreach (var endpoint in await store.ChildrenAsync(workspace.Id, EndpointNames.Plural, ct).ConfigureAwait(false))
                    Put(endpoint, workspace.Location);
            _loaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }
}
