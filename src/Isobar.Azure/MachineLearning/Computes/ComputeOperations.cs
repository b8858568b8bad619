using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;

namespace Isobar.Azure.MachineLearning.Computes;

/// <summary>Computes. They are names and sizes here: every job runs on this machine, and is billed as the size it asked for. An instance that is stopped takes no jobs.</summary>
internal sealed partial class ComputeOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, WorkspaceStore workspaces, TimeProvider time)
{
    private static readonly string[] Types = ["AmlCompute", "ComputeInstance", "Kubernetes", "AKS", "VirtualMachine", "HDInsight", "DataFactory", "Databricks", "DataLakeAnalytics", "SynapseSpark"];

    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        if (!Names().IsMatch(call.Id.Name)) throw ArmFault.Invalid("computeName", call.Id.Name, "must start with a letter, end with a letter or digit and have 2 to 32 letters, digits and '-'");
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        body["location"] = body.Text("location", "") is { Length: > 0 } location ? Locations.Canonical(location) : workspace.Location;
        var properties = body.RequiredObject("properties", "");
        var type = properties.OneOf("computeType", "properties", Types);
        var id = workspace.Id.Child(ComputeStore.Plural, call.Id.Name);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);
        if (old is not null && (string?)old.Properties["computeType"] != type) throw ArmFault.Conflict($"The compute '{call.Id.Name}' exists as {old.Properties["computeType"]}.", "properties.computeType");
        if (type == "AmlCompute") CheckCluster(properties);
        if (type == "ComputeInstance") CheckInstance(properties, old);
        var now = time.GetUtcNow();
        (properties["createdOn"], properties["modifiedOn"], properties["isAttachedCompute"]) = (old?.Created ?? now, now, type is not ("AmlCompute" or "ComputeInstance"));
        properties["provisioningState"] = "Succeeded";
        var (resource, isNew) = await store.PutAsync(call, id, body).ConfigureAwait(false);
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(new ArmView(resource.Show()), resource, isNew, operation);
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await workspaces.FindAsync(call).ConfigureAwait(false);
        if ((string?)old.Properties["computeType"] != "AmlCompute") throw ArmFault.Unsupported("Only the scale settings of an AmlCompute can be changed.", old.Id);
        var patch = (await call.BodyAsync().ConfigureAwait(false)).RequiredObject("properties", "");
        if (patch["scaleSettings"] is { } settings) patch = new JsonObject { ["properties"] = new JsonObject { ["scaleSettings"] = settings.DeepClone() } };
        var body = old.Body.Merged(new JsonObject { ["properties"] = patch.DeepClone() });
        CheckCluster((JsonObject)body["properties"]!);
        var (resource, _) = await store.PutAsync(call, old.Path, body).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        if (call.Query("underlyingResourceAction") is { } action && action is not ("Delete" or "Detach")) throw ArmFault.Invalid("underlyingResourceAction", action, "must be Delete or Detach");
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, call.Ct).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, resource.Location, call.Ct).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        return await call.PageAsync(await store.ChildrenAsync(workspace.Id, ComputeStore.Plural, call.Ct).ConfigureAwait(false), rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public Task<ArmReply> StartAsync(ArmCall call) => SetStateAsync(call, "Running", "Start");

    public Task<ArmReply> StopAsync(ArmCall call) => SetStateAsync(call, "Stopped", "Stop");

    public Task<ArmReply> RestartAsync(ArmCall call) => SetStateAsync(call, "Running", "Restart");

    public async Task<ArmReply> NodesAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        if ((string?)resource.Properties["computeType"] != "AmlCompute") throw ArmFault.Unsupported("Only an AmlCompute has nodes.", resource.Id);
        return ArmReply.Ok(new JsonObject { ["nodes"] = new JsonArray() });
    }

    private async Task<ArmReply> SetStateAsync(ArmCall call, string state, string operation)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        if ((string?)resource.Properties["computeType"] != "ComputeInstance") throw ArmFault.Unsupported($"{operation} is for compute instances; '{resource.Name}' is {resource.Properties["computeType"]}.", resource.Id);
        var now = time.GetUtcNow();
        await store.ChangeAsync(resource.Path, r => r.With(p =>
        {
            p["properties"]!["state"] = state;
            p["properties"]!["lastOperation"] = new JsonObject { ["operationName"] = operation, ["operationTime"] = now, ["operationStatus"] = "Succeeded", ["operationTrigger"] = "User" };
        }), call.Ct).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(resource.Path, OperationGoal.Provisioned, resource.Location, call.Ct).ConfigureAwait(false));
    }

    private static void CheckCluster(JsonObject properties)
    {
        const string Path = "properties.properties";
        if (properties.Object("properties", "properties") is not { } own) properties["properties"] = own = [];
        own["vmSize"] = own.Text("vmSize", Path) ?? ComputeStore.DefaultMachine;
        own["vmPriority"] ??= "Dedicated";
        own.OneOf("vmPriority", Path, "Dedicated", "LowPriority");
        if (own.Object("scaleSettings", Path) is not { } scale) own["scaleSettings"] = scale = new JsonObject { ["maxNodeCount"] = 1 };
        var most = scale.Whole("maxNodeCount", Path + ".scaleSettings", 0, 10_000) ?? throw ArmFault.Required(Path + ".scaleSettings.maxNodeCount");
        scale["minNodeCount"] = scale.Whole("minNodeCount", Path + ".scaleSettings", 0, most) ?? 0;
        scale.Duration("nodeIdleTimeBeforeScaleDown", Path + ".scaleSettings");
        (own["allocationState"], own["currentNodeCount"], own["targetNodeCount"]) = ("Steady", 0, 0);
    }

    private static void CheckInstance(JsonObject properties, ArmResource? old)
    {
        if (properties.Object("properties", "properties") is not { } own) properties["properties"] = own = [];
        own["vmSize"] ??= ComputeStore.DefaultMachine;
        own["state"] = (string?)old?.Properties["properties"]?["state"] ?? "Running";
    }

    [GeneratedRegex("^[a-zA-Z](?![a-zA-Z0-9-]*-\\d+$)[a-zA-Z0-9-]{0,30}[a-zA-Z0-9]$")]
    private static partial Regex Names();
}
