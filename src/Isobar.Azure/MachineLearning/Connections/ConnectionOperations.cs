using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Connections;

/// <summary>Connections of a workspace: addresses of other services with what opens them. They are kept for code that asks for them; nothing here connects.</summary>
internal sealed class ConnectionOperations(ArmStore store, ArmKinds kinds, WorkspaceStore workspaces)
{
    public const string Plural = "connections";
    private static readonly string[] AuthTypes = ["PAT", "ManagedIdentity", "UsernamePassword", "None", "SAS", "AccountKey", "ServicePrincipal", "AccessKey", "ApiKey", "CustomKeys", "OAuth2", "AAD"];

    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        Ml.CheckName("connectionName", call.Id.Name);
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var properties = body.RequiredObject("properties", "");
        var type = properties.OneOf("authType", "properties", AuthTypes);
        properties.RequiredText("category", "properties");
        properties.Text("target", "properties");
        var id = workspace.Id.Child(Plural, call.Id.Name);
        var old = await store.FindAsync(id, call.Ct).ConfigureAwait(false);
        // What opens the other service is told to nobody but those who ask for it by name; a writer that sends none keeps what there is.
        var secrets = properties.Object("credentials", "properties")?.DeepClone() as JsonObject ?? old?.Secrets;
        if (secrets is null && type is not ("None" or "ManagedIdentity" or "AAD")) throw ArmFault.Required("properties.credentials");
        properties.Remove("credentials");
        var (resource, _) = await store.PutAsync(call, id, body, secrets).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(new ArmView(resource.Show()), resource);
    }

    public async Task<ArmReply> SecretsAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        var shown = resource.Show();
        shown["properties"]!["credentials"] = resource.Secrets?.DeepClone();
        return ArmReply.Ok(shown);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, call.Ct).ConfigureAwait(false);
        return ArmReply.Done;
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        IEnumerable<ArmResource> all = await store.ChildrenAsync(workspace.Id, Plural, call.Ct).ConfigureAwait(false);
        foreach (var field in new[] { "target", "category" })
            if (call.Query(field) is { } wanted) all = all.Where(c => wanted.Equals((string?)c.Properties[field], StringComparison.OrdinalIgnoreCase));
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }
}
