using System.Text.Json.Nodes;
using Isobar.Engine.State;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>All resources, by their ids without regard to case.</summary>
internal sealed class ArmStore(IStateStore state, TimeProvider time)
{
    private static readonly Collection<ArmResource> Collection = new("azure.arm.resources", ArmJson.Default.ArmResource);

    public async Task<ArmResource?> FindAsync(ArmId id, CancellationToken ct) => await state.GetAsync(Collection, id.Key, ct).ConfigureAwait(false) is { } found ? Read(found) : null;

    /// <exception cref="ArmFault">There is none.</exception>
    public async Task<ArmResource> GetAsync(ArmId id, CancellationToken ct) => await FindAsync(id, ct).ConfigureAwait(false) ?? throw ArmFault.NotFound(id);

    /// <summary>Creates or replaces a resource, under the caller's If-Match and If-None-Match.</summary>
    public async Task<(ArmResource Resource, bool IsNew)> PutAsync(ArmCall call, ArmId id, JsonObject body, JsonObject? secrets = null)
    {
        var old = await FindAsync(id, call.Ct).ConfigureAwait(false);
        call.CheckConditions(old);
        return (await PutAsync(old, id, body, secrets, call.Actor, call.Ct).ConfigureAwait(false), old is null);
    }

    /// <summary>Creates or replaces a resource for somebody who may not be calling.</summary>
    public async Task<ArmResource> PutAsync(ArmId id, JsonObject body, JsonObject? secrets, ArmActor actor, CancellationToken ct) =>
        await PutAsync(await FindAsync(id, ct).ConfigureAwait(false), id, body, secrets, actor, ct).ConfigureAwait(false);

    private async Task<ArmResource> PutAsync(ArmResource? old, ArmId id, JsonObject body, JsonObject? secrets, ArmActor actor, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var resource = new ArmResource
        {
            Id = old?.Id ?? id.Text,
            Type = old?.Type ?? id.Type,
            Body = (JsonObject)body.DeepClone(),
            Secrets = secrets ?? old?.Secrets,
            Created = old?.Created ?? now,
            CreatedBy = old?.CreatedBy ?? actor,
            Modified = now,
            ModifiedBy = actor,
        };
        var written = old is null
            ? await state.InsertAsync(Collection, id.Key, resource, ct).ConfigureAwait(false)
            : await state.UpdateAsync(Collection, id.Key, resource, old.Version, ct).ConfigureAwait(false);
        return written.TryGet(out var document, out var error) ? Read(document) : throw ArmFault.Of(error, id.Text);
    }

    /// <summary>Changes a resource on the emulator's own account.</summary>
    public async Task<ArmResource?> ChangeAsync(ArmId id, Func<ArmResource, ArmResource> change, CancellationToken ct)
    {
        var changed = await state.ChangeAsync(Collection, id.Key, r => change(r) with { Modified = time.GetUtcNow() }, ct).ConfigureAwait(false);
        return changed.IsOk ? Read(changed.Value) : null;
    }

    public Task<bool> DeleteAsync(ArmId id, CancellationToken ct) => state.DeleteAsync(Collection, id.Key, ct);

    /// <summary>The resources of a type directly below another.</summary>
    public async Task<IReadOnlyList<ArmResource>> ChildrenAsync(ArmId parent, string type, CancellationToken ct)
    {
        var prefix = $"{parent.Key}/{type.ToLowerInvariant()}/";
        var found = await state.ListAsync(Collection, prefix, ct).ConfigureAwait(false);
        return [.. found.Where(d => d.Id.IndexOf('/', prefix.Length) < 0).Select(Read)];
    }

    /// <summary>Everything below a path.</summary>
    public async Task<IReadOnlyList<ArmResource>> BelowAsync(string path, CancellationToken ct) =>
        [.. (await state.ListAsync(Collection, path.ToLowerInvariant().TrimEnd('/') + "/", ct).ConfigureAwait(false)).Select(Read)];

    private static ArmResource Read(Document<ArmResource> document) => document.Value with { Version = document.Version };
}
