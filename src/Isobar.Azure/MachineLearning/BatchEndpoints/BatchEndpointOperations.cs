using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Batch endpoints: a name, an address that starts jobs, and the deployment that runs them where none is named.</summary>
internal sealed class BatchEndpointOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, WorkspaceStore workspaces, BatchEndpointFinder finder)
{
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        return await StoreAsync(call, body, await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await workspaces.FindAsync(call).ConfigureAwait(false);
        return await StoreAsync(call, old.Body.Merged((await call.BodyAsync().ConfigureAwait(false)).WithoutOwned()), old).ConfigureAwait(false);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, workspace.Location, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        return await call.PageAsync(await store.ChildrenAsync(workspace.Id, BatchNames.Plural, call.Ct).ConfigureAwait(false), rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public async Task<ArmReply> KeysAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        throw ArmFault.Unsupported($"The batch endpoint '{resource.Name}' is opened by tokens of Entra, not keys: its authMode is {resource.Properties["authMode"]}.", resource.Id);
    }

    private async Task<ArmReply> StoreAsync(ArmCall call, JsonObject body, ArmResource? old)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        EndpointNames.Check("endpointName", call.Id.Name);
        var id = workspace.Id.Child(BatchNames.Plural, call.Id.Name);
        body["location"] = Locations.Canonical(body.Text("location", "") ?? workspace.Location);
        var properties = body.RequiredObject("properties", "");
        properties["authMode"] = properties["authMode"] is null ? "AADToken" : properties.OneOf("authMode", "properties", "AADToken", "Key", "AMLToken");
        if ((string)properties["authMode"]! != "AADToken") throw ArmFault.Invalid("properties.authMode", (string?)properties["authMode"], "must be AADToken: batch endpoints take tokens of Entra alone");
        properties.Remove("keys");
        if (properties.Object("defaults", "properties")?.Text("deploymentName", "properties.defaults") is { Length: > 0 } chosen && await store.FindAsync(id.Child(BatchNames.Deployments, chosen), call.Ct).ConfigureAwait(false) is null)
            throw ArmFault.Invalid("properties.defaults.deploymentName", chosen, $"names no deployment of '{id.Name}'");
        if (old is null && await finder.FindAsync(workspace.Location, id.Name, call.Ct).ConfigureAwait(false) is { } taken)
            throw ArmFault.Conflict($"The name '{id.Name}' is taken in {workspace.Location} by {taken.Endpoint.Id}.", "endpointName");
        var (resource, isNew) = await store.PutAsync(call, id, body).ConfigureAwait(false);
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }
}

/// <summary>Finds an endpoint by region and name, as its address has them.</summary>
internal sealed class BatchEndpointFinder(ArmStore store, WorkspaceStore workspaces)
{
    public async Task<(MlWorkspace Workspace, ArmResource Endpoint)?> FindAsync(string region, string name, CancellationToken ct)
    {
        foreach (var workspace in await workspaces.AllAsync(ct).ConfigureAwait(false))
            if (workspace.Location.Equals(region, StringComparison.OrdinalIgnoreCase) && await store.FindAsync(workspace.Id.Child(BatchNames.Plural, name), ct).ConfigureAwait(false) is { } endpoint)
                return (workspace, endpoint);
        return null;
    }
}
