using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Workspaces;

/// <summary>Finds the workspace that a resource lies in.</summary>
internal sealed class WorkspaceStore(ArmStore store)
{
    /// <summary>The workspace, or of what lies in a registry, that: it has a storage of its own all the same.</summary>
    /// <exception cref="ArmFault">It is not there.</exception>
    public async Task<MlWorkspace> GetAsync(ArmId inside, CancellationToken ct)
    {
        var id = inside.Ancestor(Ml.WorkspaceType) ?? inside.Ancestor(RegistryNames.Type) ?? throw ArmFault.NotFound(inside);
        return new MlWorkspace(await store.GetAsync(id, ct).ConfigureAwait(false));
    }

    public Task<MlWorkspace> GetAsync(ArmCall call) => GetAsync(call.Id, call.Ct);

    /// <summary>The resource that a call names, in a workspace that is there.</summary>
    /// <exception cref="ArmFault">One of them is not.</exception>
    public async Task<ArmResource> FindAsync(ArmCall call)
    {
        await GetAsync(call).ConfigureAwait(false);
        return await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<MlWorkspace>> AllAsync(CancellationToken ct) =>
        [.. (await store.BelowAsync("/subscriptions", ct).ConfigureAwait(false)).Where(r => r.Type.Equals(Ml.WorkspaceType, StringComparison.OrdinalIgnoreCase)).Select(r => new MlWorkspace(r))];
}
