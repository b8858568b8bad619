using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>Containers and versions of one type of asset.</summary>
internal sealed class AssetOperations(AssetType type, ArmStore store, ArmKinds kinds, WorkspaceStore workspaces, RegistryFiles files)
{
    private const string Versions = "versions";

    public async Task<ArmReply> PutContainerAsync(ArmCall call)
    {
        var id = await IdAsync(call).ConfigureAwait(false);
        Ml.CheckName("name", id.Name);
        var body = await ReadAsync(call).ConfigureAwait(false);
        var properties = (JsonObject)body["properties"]!;
        properties["isArchived"] = properties.Flag("isArchived", "properties") ?? false;
        properties.Texts("tags", "properties");
        var (resource, isNew) = await store.PutAsync(call, id, body).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew);
    }

    // 1. Read and check. 2. What a version says of its content stays as it was. 3. Keep it, and the container where it is the first.
    public async Task<ArmReply> PutVersionAsync(ArmCall call)
    {
        // 1.
        var container = await IdAsync(call.At(call.Id.Parent)).ConfigureAwait(false);
        Ml.CheckName("name", container.Name);
        Ml.CheckName("version", call.Id.Name);
        var body = await ReadAsync(call).ConfigureAwait(false);
        var properties = (JsonObject)body["properties"]!;
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        properties["isArchived"] = properties.Flag("isArchived", "properties") ?? false;
        properties["isAnonymous"] = properties.Flag("isAnonymous", "properties") ?? false;
        properties.Texts("tags", "properties");
        properties.Texts("properties", "properties");
        await type.CheckAsync(new AssetDraft(workspace, container.Name, call.Id.Name, properties, call.Ct)).ConfigureAwait(false);

        if (RegistryFinder.IsRegistry(workspace.Resource)) await files.KeepAsync(workspace, type.Plural, container.Name, call.Id.Name, properties, call.Origin, call.Ct).ConfigureAwait(false);

        // 2.
        var id = container.Child(Versions, call.Id.Name);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);
        foreach (var name in type.Fixed)
            if (old is not null && !JsonNode.DeepEquals(old.Properties[name], properties[name]))
                throw ArmFault.Invalid($"properties.{name}", properties[name]?.ToJsonString(), $"cannot be changed: version {id.Name} of '{container.Name}' exists with {old.Properties[name]?.ToJsonString() ?? "none"}; make another version");

        // 3.
        if (await store.FindAsync(container, call.Ct).ConfigureAwait(false) is null)
            await store.PutAsync(call.Unconditional(), container, Container(properties)).ConfigureAwait(false);
        var (resource, isNew) = await store.PutAsync(call, id, body).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        var resource = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, call.Ct).ConfigureAwait(false);
        return ArmReply.Done;
    }

    public async Task<ArmReply> ListContainersAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        var all = await store.ChildrenAsync(workspace.Id, type.Plural, call.Ct).ConfigureAwait(false);
        return await PageAsync(call, all.Where(r => ListView.Shows(call, r))).ConfigureAwait(false);
    }

    public async Task<ArmReply> ListVersionsAsync(ArmCall call)
    {
        var container = await store.GetAsync(await IdAsync(call).ConfigureAwait(false), call.Ct).ConfigureAwait(false);
        IEnumerable<ArmResource> all = await store.ChildrenAsync(container.Path, Versions, call.Ct).ConfigureAwait(false);
        all = all.Where(r => ListView.Shows(call, r)).OrderByDescending(r => r.Created);
        if (call.Query("$orderBy")?.StartsWith("createdtime asc", StringComparison.OrdinalIgnoreCase) == true) all = all.Reverse();
        if (call.Query("version") is { } version) all = all.Where(r => r.Name == version);
        foreach (var tag in (call.Query("$tags") ?? call.Query("tags") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) all = all.Where(r => ListView.HasTag(r, tag));
        return await PageAsync(call, all).ConfigureAwait(false);
    }

    private Task<ArmReply> PageAsync(ArmCall call, IEnumerable<ArmResource> all) => call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct));

    private static async Task<JsonObject> ReadAsync(ArmCall call)
    {
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        body.RequiredObject("properties", "");
        return body;
    }

    private static JsonObject Container(JsonObject version)
    {
        var properties = new JsonObject { ["isArchived"] = false, ["tags"] = new JsonObject(), ["properties"] = new JsonObject() };
        if (version["dataType"] is { } data) properties["dataType"] = data.DeepClone();
        return new JsonObject { ["properties"] = properties };
    }

    private async Task<ArmId> IdAsync(ArmCall call) => (await workspaces.GetAsync(call).ConfigureAwait(false)).Id.Child(type.Plural, call.Route("name"));
}

/// <summary>Numbers of versions.</summary>
internal static class AssetVersions
{
    /// <summary>The version made last, and the number that follows the highest.</summary>
    public static (string? Latest, string Next) Of(IReadOnlyList<ArmResource> versions)
    {
        var highest = versions.Select(v => long.TryParse(v.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty(0).Max();
        return (versions.MaxBy(v => v.Created)?.Name, (highest + 1).ToString(CultureInfo.InvariantCulture));
    }
}
