using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Deployments of batch endpoints.</summary>
internal sealed class BatchDeploymentOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, WorkspaceStore workspaces, BatchPlanner planner)
{
    public async Task<ArmReply> PutAsync(ArmCall call) => await StoreAsync(call, (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned()).ConfigureAwait(false);

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await workspaces.FindAsync(call).ConfigureAwait(false);
        return await StoreAsync(call, old.Body.Merged((await call.BodyAsync().ConfigureAwait(false)).WithoutOwned())).ConfigureAwait(false);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        var endpoint = await store.GetAsync(call.Id.Parent, call.Ct).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        if (Default(endpoint) == resource.Name) throw ArmFault.Conflict($"'{resource.Name}' is the default deployment of '{endpoint.Name}'; choose another default first.", resource.Id);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, workspace.Location, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        var endpoint = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        return await call.PageAsync(await store.ChildrenAsync(endpoint.Path, BatchNames.Deployments, call.Ct).ConfigureAwait(false), rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public static string? Default(ArmResource endpoint) => (string?)(endpoint.Properties["defaults"] as JsonObject)?["deploymentName"];

    private async Task<ArmReply> StoreAsync(ArmCall call, JsonObject body)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        EndpointNames.Check("deploymentName", call.Id.Name);
        var endpoint = await store.GetAsync(call.Id.Parent, call.Ct).ConfigureAwait(false);
        body["location"] = Locations.Canonical(body.Text("location", "") ?? workspace.Location);
        await planner.CheckAsync(workspace, body.RequiredObject("properties", ""), call.Ct).ConfigureAwait(false);
        var (resource, isNew) = await store.PutAsync(call, endpoint.Path.Child(BatchNames.Deployments, call.Id.Name), body).ConfigureAwait(false);
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }
}
