using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.State;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Deployments of online endpoints.</summary>
internal sealed class DeploymentOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, NameLocks locks, WorkspaceStore workspaces, DeploymentPlanner planner, EndpointApply apply, IObjectStore objects, ILogStore logs)
{
    private const int MostLines = 10_000;

    public async Task<ArmReply> PutAsync(ArmCall call) => await DeployAsync(call, (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned()).ConfigureAwait(false);

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await workspaces.FindAsync(call).ConfigureAwait(false);
        return await DeployAsync(call, old.Body.Merged((await call.BodyAsync().ConfigureAwait(false)).WithoutOwned())).ConfigureAwait(false);
    }

    // 1. Find the endpoint. 2. Plan. 3. Keep the deployment, then hand it to the engine; what that refuses is not kept.
    private async Task<ArmReply> DeployAsync(ArmCall call, JsonObject body)
    {
        // 1.
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        EndpointNames.Check("deploymentName", call.Id.Name);
        using var held = await locks.EnterAsync(call.Id.Parent.Key, call.Ct).ConfigureAwait(false);
        var endpoint = await store.GetAsync(call.Id.Parent, call.Ct).ConfigureAwait(false);
        body["location"] = Locations.Canonical(body.Text("location", "") ?? workspace.Location);
        var id = endpoint.Path.Child(EndpointNames.Deployments, call.Id.Name);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);

        // 2.
        var revision = Guid.NewGuid().ToString("N");
        var variant = await planner.PlanAsync(workspace, id, body, revision, call.Ct).ConfigureAwait(false);

        // 3.
        await apply.CheckIdleAsync(endpoint, call.Ct).ConfigureAwait(false);
        var properties = (JsonObject)body["properties"]!;
        properties["provisioningState"] = old is null ? "Creating" : "Updating";
        properties["instanceType"] ??= variant.InstanceType;
        properties["scaleSettings"] ??= new JsonObject { ["scaleType"] = "Default" };
        properties["requestSettings"] ??= new JsonObject { ["maxConcurrentRequestsPerInstance"] = 1, ["requestTimeout"] = "PT5S", ["maxQueueWait"] = "PT0.5S" };
        body["sku"] ??= new JsonObject { ["name"] = "Default", ["capacity"] = variant.InstanceCount };
        var (resource, isNew) = await store.PutAsync(call, id, body, DeploymentStates.Mark(null, DeploymentStates.Revision, revision)).ConfigureAwait(false);
        try
        {
            await apply.ChangeAsync(workspace, endpoint, revision, variants => [.. variants.Where(v => !EndpointApply.Is(v, variant.Name)), variant], call.Ct).ConfigureAwait(false);
        }
        catch (ArmFault)
        {
            if (old is null) await store.DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
            else await store.ChangeAsync(id, d => d with { Body = old.Body, Secrets = old.Secrets }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        using var held = await locks.EnterAsync(call.Id.Parent.Key, call.Ct).ConfigureAwait(false);
        var endpoint = await store.GetAsync(call.Id.Parent, call.Ct).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        var traffic = EndpointTraffic.Read(endpoint.Properties);
        if (traffic.Live.GetValueOrDefault(resource.Name) > 0 || traffic.Mirror.GetValueOrDefault(resource.Name) > 0)
            throw ArmFault.Conflict($"The deployment '{resource.Name}' has {traffic.Live.GetValueOrDefault(resource.Name)} percent of the traffic of '{endpoint.Name}'; share that anew first.", resource.Id);
        await apply.CheckIdleAsync(endpoint, call.Ct).ConfigureAwait(false);
        await apply.RemoveAsync(workspace, endpoint, resource.Name, call.Ct).ConfigureAwait(false);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        await ForgetAsync(workspace, resource.Path).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, workspace.Location, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        var endpoint = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        return await call.PageAsync(await store.ChildrenAsync(endpoint.Path, EndpointNames.Deployments, call.Ct).ConfigureAwait(false), rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public async Task<ArmReply> LogsAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        var body = await call.BodyAsync(required: false).ConfigureAwait(false);
        if (body["containerType"] is not null && body.OneOf("containerType", "", "StorageInitializer", "InferenceServer") == "StorageInitializer") return ArmReply.Ok(new JsonObject { ["content"] = "" });
        var tail = body.Whole("tail", "", 1, MostLines) ?? MostLines;
        await logs.FlushAsync(call.Ct).ConfigureAwait(false);
        var stream = DeploymentPlanner.Log(resource.Path);
        var page = await logs.ReadAsync(new LogQuery(stream.Realm, stream.Group) { Stream = stream.Stream, Backward = true, Limit = tail }, call.Ct).ConfigureAwait(false);
        return ArmReply.Ok(new JsonObject { ["content"] = string.Join('\n', page.Lines.OrderBy(l => l.Sequence).Select(Line)) });
    }

    public async Task<ArmReply> SkusAsync(ArmCall call)
    {
        await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(new JsonObject
        {
            ["value"] = new JsonArray(new JsonObject
            {
                ["resourceType"] = EndpointNames.DeploymentType,
                ["sku"] = new JsonObject { ["name"] = "Default" },
                ["capacity"] = new JsonObject { ["default"] = 1, ["minimum"] = 0, ["maximum"] = 50, ["scaleType"] = "Manual" },
            }),
        });
    }

    // As Azure's inference images write: the time to the nanosecond, and the container.
    private static string Line(LogLine line) => $"{line.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss,fffffff00", CultureInfo.InvariantCulture)}+00:00 | inference-server | {line.Message}";

    private async Task ForgetAsync(MlWorkspace workspace, ArmId id)
    {
        var listed = await objects.ListAsync(workspace.Bucket, new ObjectQuery(DeploymentPlanner.Snapshots(id))).ConfigureAwait(false);
        if (listed.IsOk) foreach (var item in listed.Value.Objects) await objects.DeleteAsync(workspace.Bucket, item.Key).ConfigureAwait(false);
    }
}
