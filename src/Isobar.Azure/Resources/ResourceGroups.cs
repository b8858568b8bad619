using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Resources;

/// <summary>Resource groups: what is created must lie in one that is there, and goes with it.</summary>
internal sealed partial class ResourceGroups(ArmStore store, ArmKinds kinds, ArmOperations operations)
{
    private const string Type = "Microsoft.Resources/resourceGroups";

    /// <exception cref="ArmFault">The group is not there.</exception>
    public async Task RequireAsync(ArmId inside, CancellationToken ct)
    {
        if (await store.FindAsync(inside.Group, ct).ConfigureAwait(false) is null) throw Missing(inside);
    }

    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        CheckName(call.Id.Name);
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        if (body.Text("location", "") is not { Length: > 0 } location) throw new ArmFault(400, "LocationRequired", "The location of the resource group is required, such as eastus.", "location");
        body["location"] = Locations.Canonical(location);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is { } old && old.Location != (string?)body["location"])
            throw new ArmFault(409, "InvalidResourceGroupLocation", $"The resource group '{call.Id.Name}' exists in '{old.Location}' and cannot be moved to '{body["location"]}'.", "location");
        body["properties"] = new JsonObject { ["provisioningState"] = "Succeeded" };
        var (resource, isNew) = await store.PutAsync(call, call.Id, body).ConfigureAwait(false);
        return ArmReply.Put(new ArmView(resource.Show()), resource, isNew);
    }

    public async Task<ArmReply> PatchAsync(ArmCall call)
    {
        var old = await FindAsync(call).ConfigureAwait(false);
        var patch = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var body = (JsonObject)old.Body.DeepClone();
        if (patch["tags"] is { } tags) body["tags"] = tags.DeepClone();
        var (resource, _) = await store.PutAsync(call, call.Id, body).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> ExistsAsync(ArmCall call) => await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is null ? new ArmReply(404) : ArmReply.Nothing;

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var resource = await FindAsync(call).ConfigureAwait(false);
        var operation = await operations.StartAsync(call.Id, OperationGoal.Gone, resource.Location, call.Ct).ConfigureAwait(false);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(operation);
    }

    public async Task<ArmReply> ListAsync(ArmCall call) =>
        await call.PageAsync(await store.ChildrenAsync(call.Id, "resourceGroups", call.Ct).ConfigureAwait(false), rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);

    public async Task<ArmReply> ListResourcesAsync(ArmCall call)
    {
        var all = (await store.BelowAsync(call.Id.Text, call.Ct).ConfigureAwait(false)).Where(r => r.Path.IsResource && r.Path.Parent.Type == Type).ToList();
        return await call.PageAsync(all, rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    private async Task<ArmResource> FindAsync(ArmCall call) => await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) ?? throw Missing(call.Id);

    private static ArmFault Missing(ArmId id) => new(404, "ResourceGroupNotFound", $"Resource group '{id.ResourceGroup}' could not be found.", id.Group.Text);

    private static void CheckName(string name)
    {
        if (name.Length > 90 || name.EndsWith('.') || !Names().IsMatch(name))
            throw new ArmFault(400, "InvalidResourceGroup", $"The name '{name}' of a resource group must have 1 to 90 letters, digits, '-', '_', '(', ')' and '.', and not end in '.'.", "resourceGroupName");
    }

    [GeneratedRegex(@"^[\w\-().]+$")]
    private static partial Regex Names();
}
