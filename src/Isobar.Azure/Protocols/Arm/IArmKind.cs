using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>A resource as it stands now.</summary>
/// <param name="Body">What a caller is shown.</param>
/// <param name="Failure">Why its last operation failed.</param>
internal sealed record ArmView(JsonObject Body, Error? Failure = null)
{
    public string? ProvisioningState => (string?)Body["properties"]?["provisioningState"];
}

/// <summary>A type of resource: how it is shown beyond what is stored, and what goes with it when it is deleted.</summary>
internal interface IArmKind
{
    /// <summary>Such as <c>Microsoft.MachineLearningServices/workspaces/jobs</c>.</summary>
    string Type { get; }

    /// <summary>The resource with what only the engine knows, such as its state.</summary>
    /// <param name="origin">Where the caller reaches this emulator, such as <c>https://127.0.0.1:4577</c>.</param>
    Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct) => Task.FromResult(new ArmView(resource.Show()));

    /// <summary>Ends what the engine holds for the resource. Its children are gone already.</summary>
    Task ReleaseAsync(ArmResource resource, CancellationToken ct) => Task.CompletedTask;
}

/// <summary>The types that are known.</summary>
internal sealed class ArmKinds(IEnumerable<IArmKind> kinds, ArmStore store)
{
    private readonly Dictionary<string, IArmKind> _kinds = kinds.ToDictionary(k => k.Type, StringComparer.OrdinalIgnoreCase);

    public bool Knows(string type) => _kinds.ContainsKey(type);

    public bool KnowsNamespace(string name) => _kinds.Keys.Any(t => t.StartsWith(name + "/", StringComparison.OrdinalIgnoreCase));

    public Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct) =>
        _kinds.TryGetValue(resource.Type, out var kind) ? kind.ShowAsync(resource, origin, ct) : Task.FromResult(new ArmView(resource.Show()));

    public async Task<JsonArray> ShowAllAsync(IEnumerable<ArmResource> resources, string origin, CancellationToken ct)
    {
        var shown = new JsonArray();
        foreach (var resource in resources) shown.Add((await ShowAsync(resource, origin, ct).ConfigureAwait(false)).Body);
        return shown;
    }

    /// <summary>Deletes a resource with all that lies in it, the innermost first.</summary>
    public async Task DeleteAsync(ArmResource resource, CancellationToken ct)
    {
        foreach (var child in (await store.BelowAsync(resource.Id, ct).ConfigureAwait(false)).OrderByDescending(c => c.Id.Count(ch => ch == '/')))
            await DeleteOneAsync(child, ct).ConfigureAwait(false);
        await DeleteOneAsync(resource, ct).ConfigureAwait(false);
    }

    private async Task DeleteOneAsync(ArmResource resource, CancellationToken ct)
    {
        if (_kinds.TryGetValue(resource.Type, out var kind)) await kind.ReleaseAsync(resource, ct).ConfigureAwait(false);
        await store.DeleteAsync(resource.Path, ct).ConfigureAwait(false);
    }
}
