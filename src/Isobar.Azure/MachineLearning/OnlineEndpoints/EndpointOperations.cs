using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Engine.State;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Online endpoints: a name, an address, keys and how the traffic is shared.</summary>
internal sealed class EndpointOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, NameLocks locks, WorkspaceStore workspaces, EndpointApply apply, ScoringTable table, TimeProvider time)
{
    // 1. Check. 2. The name is one of the region's. 3. Keep it, and share the traffic.
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        // 1.
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        EndpointNames.Check("endpointName", call.Id.Name);
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        body["location"] = Locations.Canonical(body.Text("location", "") ?? workspace.Location);
        var properties = body.RequiredObject("properties", "");
        properties["authMode"] = properties.OneOf("authMode", "properties", "Key", "AMLToken", "AADToken");
        if (properties.Text("compute", "properties") is { Length: > 0 }) throw ArmFault.Unsupported("properties.compute: endpoints are managed here, not attached to a cluster.", "properties.compute");
        var given = properties.Object("keys", "properties");
        properties.Remove("keys");
        var id = workspace.Id.Child(EndpointNames.Plural, call.Id.Name);
        using var held = await locks.EnterAsync(id.Key, call.Ct).ConfigureAwait(false);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);
        foreach (var name in new[] { "traffic", "mirrorTraffic" })
            if (properties[name] is null) properties[name] = old?.Properties[name]?.DeepClone() ?? new JsonObject();
        EndpointTraffic.Read(properties).Check([.. (await store.ChildrenAsync(id, EndpointNames.Deployments, call.Ct).ConfigureAwait(false)).Select(d => d.Name)]);

        // 2.
        if (old is null && await table.FindAsync($"{workspace.Location}/{id.Name}".AsMemory(), call.Ct).ConfigureAwait(false) is { } taken)
            throw ArmFault.Conflict($"The name '{id.Name}' is taken in {workspace.Location} by {taken.ResourceId}.", "endpointName");

        // 3.
        var (resource, isNew) = await store.PutAsync(call, id, body, old?.Secrets ?? EndpointKeys.New(given)).ConfigureAwait(false);
        if (!isNew) await ShareAsync(call, workspace, old!, resource).ConfigureAwait(false);
        table.Put(resource, workspace.Location);
        return await ShownAsync(call, workspace, resource, isNew).ConfigureAwait(false);
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        using var held = await locks.EnterAsync(call.Id.Key, call.Ct).ConfigureAwait(false);
        var old = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        var patch = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var body = old.Body.Merged(patch);
        var properties = (JsonObject)body["properties"]!;
        // Traffic is shared anew as a whole.
        foreach (var name in new[] { "traffic", "mirrorTraffic" })
            if (patch["properties"]?[name] is { } shares) properties[name] = shares.DeepClone();
        properties.OneOf("authMode", "properties", "Key", "AMLToken", "AADToken");
        EndpointTraffic.Read(properties).Check([.. (await store.ChildrenAsync(old.Path, EndpointNames.Deployments, call.Ct).ConfigureAwait(false)).Select(d => d.Name)]);
        var (resource, _) = await store.PutAsync(call, old.Path, body).ConfigureAwait(false);
        await ShareAsync(call, workspace, old, resource).ConfigureAwait(false);
        table.Put(resource, workspace.Location);
        return await ShownAsync(call, workspace, resource, isNew: false).ConfigureAwait(false);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        using var held = await locks.EnterAsync(call.Id.Key, call.Ct).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, workspace.Location, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        IEnumerable<ArmResource> all = await store.ChildrenAsync(workspace.Id, EndpointNames.Plural, call.Ct).ConfigureAwait(false);
        if (call.Query("name") is { } name) all = all.Where(e => e.Name.Contains(name, StringComparison.OrdinalIgnoreCase));
        foreach (var tag in (call.Query("tags") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) all = all.Where(e => ListView.HasTag(e, tag));
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public async Task<ArmReply> KeysAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        if ((string?)resource.Properties["authMode"] != "Key") throw ArmFault.Unsupported($"The endpoint '{resource.Name}' is opened by tokens, not keys: its authMode is {resource.Properties["authMode"]}.", resource.Id);
        return ArmReply.Ok(new EndpointKeys(resource.Secrets!).Show());
    }

    public async Task<ArmReply> TokenAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        if ((string?)resource.Properties["authMode"] != "AMLToken") throw ArmFault.Unsupported($"The endpoint '{resource.Name}' gives no tokens: its authMode is {resource.Properties["authMode"]}.", resource.Id);
        return ArmReply.Ok(new EndpointKeys(resource.Secrets!).Token(time.GetUtcNow()));
    }

    public async Task<ArmReply> RegenerateAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        var body = await call.BodyAsync().ConfigureAwait(false);
        var name = body.OneOf("keyType", "", "Primary", "Secondary") == "Primary" ? EndpointKeys.Primary : EndpointKeys.Secondary;
        var key = body.Text("keyValue", "") is { Length: > 0 } chosen ? chosen : EndpointKeys.NewKey();
        var changed = await store.ChangeAsync(resource.Path, e =>
        {
            var secrets = (JsonObject)e.Secrets!.DeepClone();
            secrets[name] = key;
            return e with { Secrets = secrets };
        }, call.Ct).ConfigureAwait(false);
        table.Put(changed ?? throw ArmFault.NotFound(call.Id), workspace.Location);
        return ArmReply.Accepted(await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false));
    }

    // What the engine refuses is not kept either.
    private async Task ShareAsync(ArmCall call, MlWorkspace workspace, ArmResource old, ArmResource resource)
    {
        try { await apply.ShareAsync(workspace, resource, call.Ct).ConfigureAwait(false); }
        catch (ArmFault)
        {
            await store.ChangeAsync(resource.Path, r => r with { Body = old.Body }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ArmReply> ShownAsync(ArmCall call, MlWorkspace workspace, ArmResource resource, bool isNew)
    {
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }
}
