using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Azure.MachineLearning.Registries;

/// <summary>Registries: assets that all workspaces of this machine find by name. Each has a storage account of its own, as a workspace has.</summary>
internal sealed partial class RegistryOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, ResourceGroups groups, RegistryFinder finder, IObjectStore objects)
{
    // 1. Check. 2. Settle what stays for life. 3. Keep it, and make its container.
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        // 1.
        await groups.RequireAsync(call.Id, call.Ct).ConfigureAwait(false);
        if (!Names().IsMatch(call.Id.Name)) throw ArmFault.Invalid("registryName", call.Id.Name, "must start with a letter or digit and have 3 to 33 letters, digits, '-' and '_'");
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        body["location"] = Locations.Canonical(body.Text("location", "") ?? throw new ArmFault(400, "LocationRequired", "The location of the registry is required, such as eastus.", "location"));
        var properties = body.RequiredObject("properties", "");
        if (properties["regionDetails"] is not JsonArray { Count: > 0 } regions) throw ArmFault.Invalid("properties.regionDetails", properties["regionDetails"]?.ToJsonString(), "must list at least one region, such as [{\"location\": \"eastus\"}]");
        foreach (var region in regions) (region as JsonObject ?? throw ArmFault.Invalid("properties.regionDetails", region?.ToJsonString(), "must be objects with a location")).RequiredText("location", "properties.regionDetails");
        var old = await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false);
        if (old is null && await finder.FindAsync(call.Id.Name, call.Ct).ConfigureAwait(false) is { } taken) throw ArmFault.Conflict($"The name '{call.Id.Name}' is taken by {taken.Id}: names of registries are one for all.", "registryName");

        // 2.
        var registryId = (string?)old?.Properties["workspaceId"] ?? Guid.NewGuid().ToString();
        properties["workspaceId"] = registryId;
        properties["storageAccount"] = (string?)old?.Properties["storageAccount"] ?? call.Id.Group.Text + $"/providers/Microsoft.Storage/storageAccounts/reg{registryId.Replace("-", "", StringComparison.Ordinal)[..16]}";
        properties["publicNetworkAccess"] ??= "Enabled";

        // 3.
        var (resource, isNew) = await store.PutAsync(call, call.Id, body).ConfigureAwait(false);
        var registry = new MlWorkspace(resource);
        if ((await objects.CreateBucketAsync(registry.Bucket, registry.Location, call.Ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.AlreadyExists } error) throw ArmFault.Of(error);
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, registry.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        var patch = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        if (patch["location"] is { } location) throw ArmFault.Invalid("location", location.ToString(), "cannot be changed");
        patch.Remove("properties");
        var (resource, _) = await store.PutAsync(call, call.Id, old.Body.Merged(patch)).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$")]
    private static partial Regex Names();
}
