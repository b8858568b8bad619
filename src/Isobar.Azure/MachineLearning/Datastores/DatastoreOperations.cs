using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Datastores;

/// <summary>Datastores. Those over blobs are read and written by jobs; the other types are kept.</summary>
internal sealed partial class DatastoreOperations(ArmStore store, ArmKinds kinds, WorkspaceStore workspaces)
{
    private static readonly string[] Types = ["AzureBlob", "AzureDataLakeGen1", "AzureDataLakeGen2", "AzureFile"];
    private static readonly string[] Credentials = ["AccountKey", "Certificate", "None", "Sas", "ServicePrincipal"];

    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        if (!Names().IsMatch(call.Id.Name)) throw ArmFault.Invalid("name", call.Id.Name, "must start with a letter or digit and have at most 255 letters, digits and '_'");
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var properties = body.RequiredObject("properties", "");
        var type = properties.OneOf("datastoreType", "properties", Types);
        var credentials = properties.RequiredObject("credentials", "properties");
        credentials.OneOf("credentialsType", "properties.credentials", Credentials);
        if (type == "AzureBlob")
        {
            properties.RequiredText("accountName", "properties");
            properties.RequiredText("containerName", "properties");
        }
        var id = workspace.Id.Child(DefaultDatastores.Plural, call.Id.Name);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);
        properties["isDefault"] = (bool?)old?.Properties["isDefault"] ?? false;
        // What a reader must not see lies beside the resource; a writer that sends none keeps what there is.
        var secrets = credentials["secrets"] is JsonObject given ? (JsonObject)given.DeepClone() : old?.Secrets;
        credentials.Remove("secrets");
        var (resource, isNew) = await store.PutAsync(call, id, body, secrets).ConfigureAwait(false);
        return ArmReply.Put(new ArmView(resource.Show()), resource, isNew);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        if ((bool?)resource.Properties["isDefault"] == true) throw ArmFault.Conflict($"'{resource.Name}' is the default datastore of the workspace and cannot be deleted.", resource.Id);
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, call.Ct).ConfigureAwait(false);
        return ArmReply.Done;
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        IEnumerable<ArmResource> all = await store.ChildrenAsync(workspace.Id, DefaultDatastores.Plural, call.Ct).ConfigureAwait(false);
        if (call.Query("isDefault") is { } wanted) all = all.Where(d => ((bool?)d.Properties["isDefault"] ?? false) == (wanted == "true"));
        if (call.Http.Request.Query["names"] is { Count: > 0 } names) all = all.Where(d => names.SelectMany(n => n!.Split(',')).Contains(d.Name));
        if (call.Query("searchText") is { } text) all = all.Where(d => d.Name.Contains(text, StringComparison.OrdinalIgnoreCase));
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    public async Task<ArmReply> SecretsAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return resource.Secrets is { } secrets ? ArmReply.Ok((JsonObject)secrets.DeepClone()) : throw ArmFault.Unsupported($"The datastore '{resource.Name}' has no secrets: its credentials are of type None.", resource.Id);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_]{0,254}$")]
    private static partial Regex Names();
}
