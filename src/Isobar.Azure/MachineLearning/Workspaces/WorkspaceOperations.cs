using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Azure.MachineLearning.Workspaces;

/// <summary>Workspaces. One is ready when it is told of: its container and its default datastores are made first.</summary>
internal sealed partial class WorkspaceOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, ResourceGroups groups, IObjectStore objects, DefaultDatastores datastores)
{
    // 1. Check the group, the name and the body. 2. Settle what stays for life: the workspace's own id and its storage. 3. Keep it. 4. Make its container and datastores.
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        // 1.
        await groups.RequireAsync(call.Id, call.Ct).ConfigureAwait(false);
        if (!Names().IsMatch(call.Id.Name)) throw ArmFault.Invalid("workspaceName", call.Id.Name, "must start with a letter or digit and have 3 to 33 letters, digits, '-' and '_'");
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        body["location"] = Locations.Canonical(body.Text("location", "") ?? throw new ArmFault(400, "LocationRequired", "The location of the workspace is required, such as eastus.", "location"));
        if (body.Object("properties", "") is not { } properties) body["properties"] = properties = [];
        var old = await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false);
        if (old is not null && old.Location != (string?)body["location"])
            throw new ArmFault(409, "InvalidResourceLocation", $"The workspace '{call.Id.Name}' exists in '{old.Location}'.", "location");

        // 2.
        properties["workspaceId"] = old is null ? Guid.NewGuid().ToString() : new MlWorkspace(old).WorkspaceId;
        var account = StorageAccount(properties, call.Id, (string)properties["workspaceId"]!);
        if (old is not null && properties["storageAccount"] is null) account = (string)old.Properties["storageAccount"]!;
        if (old is not null && !account.Equals((string?)old.Properties["storageAccount"], StringComparison.OrdinalIgnoreCase))
            throw ArmFault.Invalid("properties.storageAccount", account, "cannot be changed once the workspace is made");
        properties["storageAccount"] = account;
        body["identity"] ??= new JsonObject { ["type"] = "SystemAssigned" };
        if (body["identity"] is JsonObject identity && ((string?)identity["type"])?.Contains("SystemAssigned", StringComparison.Ordinal) == true)
            (identity["principalId"], identity["tenantId"]) = ((string)properties["workspaceId"]!, Subscriptions.Tenant);
        body["sku"] ??= new JsonObject { ["name"] = "Basic", ["tier"] = "Basic" };

        // 3.
        var (resource, isNew) = await store.PutAsync(call, call.Id, body).ConfigureAwait(false);

        // 4.
        var workspace = new MlWorkspace(resource);
        var made = await objects.CreateBucketAsync(workspace.Bucket, workspace.Location, call.Ct).ConfigureAwait(false);
        if (made.Error is { Code: not ErrorCode.AlreadyExists } error) throw ArmFault.Of(error, "properties.storageAccount");
        if (isNew) await datastores.MakeAsync(call, workspace).ConfigureAwait(false);
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        // The service's own clients know no 201 here.
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation) with { Status = isNew ? 202 : 200 };
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        var patch = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        foreach (var name in new[] { "location", "properties.storageAccount", "properties.workspaceId" })
            if (name.Split('.').Aggregate((JsonNode?)patch, (node, part) => (node as JsonObject)?[part]) is { } value) throw ArmFault.Invalid(name, value.ToString(), "cannot be changed");
        var (resource, _) = await store.PutAsync(call, call.Id, old.Body.Merged(patch)).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DiagnoseAsync(ArmCall call)
    {
        var workspace = new MlWorkspace(await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false));
        var storage = new JsonArray();
        if ((await objects.GetBucketAsync(workspace.Bucket, call.Ct).ConfigureAwait(false)).Error is { } error)
            storage.Add((JsonNode)new JsonObject { ["code"] = "StorageContainerMissing", ["level"] = "Error", ["message"] = error.Message });
        var none = new[] { "userDefinedRouteResults", "networkSecurityRuleResults", "resourceLockResults", "dnsResolutionResults", "keyVaultResults", "applicationInsightsResults", "containerRegistryResults", "otherResults" };
        var value = new JsonObject(none.Select(n => KeyValuePair.Create(n, (JsonNode?)new JsonArray()))) { ["storageAccountResults"] = storage };
        return ArmReply.Ok(new JsonObject { ["value"] = value });
    }

    /// <summary>The storage account that the writer names, or one of the workspace's own.</summary>
    private static string StorageAccount(JsonObject properties, ArmId workspace, string workspaceId)
    {
        if (properties.Text("storageAccount", "properties") is not { Length: > 0 } given)
        {
            var stem = new string([.. workspace.Name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit).Take(10)]);
            return workspace.Group.Text + $"/providers/Microsoft.Storage/storageAccounts/{stem}{workspaceId.Replace("-", "", StringComparison.Ordinal)[..12]}";
        }
        var id = ArmId.TryParse(given);
        if (id is null || !id.Type.Equals("Microsoft.Storage/storageAccounts", StringComparison.OrdinalIgnoreCase) || !Accounts().IsMatch(id.Name))
            throw ArmFault.Invalid("properties.storageAccount", given, "must be the id of a storage account: /subscriptions/…/resourceGroups/…/providers/Microsoft.Storage/storageAccounts/NAME, NAME being 3 to 24 lower-case letters and digits");
        return given;
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$")]
    private static partial Regex Names();

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex Accounts();
}
