using System.Text.RegularExpressions;
using Isobar.Azure.Blobs;
using Isobar.Azure.MachineLearning.Registries;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Datastores;

/// <summary>
/// Where data lies: <c>azureml://datastores/D/paths/P</c> (with or without the workspace's own path before it), <c>azureml://jobs/J/outputs/O/paths/P</c>,
/// addresses of blobs (<c>https://A.blob.core.windows.net/C/P</c>, <c>http://this-server/A/C/P</c>, <c>wasbs://C@A.blob…/P</c>, <c>abfss://…</c>),
/// and assets by their ids: <c>…/data/N/versions/V</c>, <c>…/models/N/versions/V</c>, <c>azureml:N:V</c>.
/// </summary>
internal sealed partial class DataUris(ArmStore store, RegistryFinder registries, IObjectStore objects)
{
    private const string Allowed = "must be azureml://datastores/NAME/paths/PATH, the address of a blob, or the id of a data asset or model of this workspace";

    /// <summary>The place that a URI names.</summary>
    /// <param name="field">The field that holds it, for the refusal.</param>
    public async Task<ObjectLocation> ResolveAsync(MlWorkspace workspace, string uri, string field, CancellationToken ct)
    {
        if (Datastore().Match(uri) is { Success: true } inStore) return await InDatastoreAsync(await NamedAsync(workspace, inStore, ct).ConfigureAwait(false), Part(inStore, "name"), Part(inStore, "path"), uri, field, ct).ConfigureAwait(false);
        if (JobOutput().Match(uri) is { Success: true } output) return await InJobAsync(await NamedAsync(workspace, output, ct).ConfigureAwait(false), output, uri, field, ct).ConfigureAwait(false);
        if (RegistryAsset().Match(uri) is { Success: true } shared) return await InRegistryAsync(shared, uri, field, ct).ConfigureAwait(false);
        if (Asset().Match(uri) is { Success: true } asset) return await InAssetAsync(await NamedAsync(workspace, asset, ct).ConfigureAwait(false), asset, uri, field, ct).ConfigureAwait(false);
        if (BlobHost().Match(uri) is { Success: true } host) return At(Part(host, "account"), Part(host, "container"), Part(host, "path"));
        if (Wasb().Match(uri) is { Success: true } wasb) return At(Part(wasb, "account"), Part(wasb, "container"), Part(wasb, "path"));
        if (LocalBlob().Match(uri) is { Success: true } local) return At(Part(local, "account"), Part(local, "container"), Part(local, "path"));
        throw ArmFault.Invalid(field, uri, Allowed);
    }

    /// <summary>The place that a URI names: of a file that is there, its object; else a folder, whose key ends in a slash.</summary>
    public async Task<ObjectLocation> FileOrFolderAsync(MlWorkspace workspace, string uri, string field, CancellationToken ct)
    {
        var place = await ResolveAsync(workspace, uri, field, ct).ConfigureAwait(false);
        return !place.Key.EndsWith('/') && (await objects.HeadAsync(place.Bucket, place.Key, null, ct).ConfigureAwait(false)).IsOk ? place : place.AsFolder();
    }

    /// <summary>The URI of a place in the default datastore.</summary>
    public static string Uri(string path, string datastore = DefaultDatastores.Blobs) => $"azureml://datastores/{datastore}/paths/{path}";

    /// <summary>The workspace that a URI names in full, where it does.</summary>
    private async Task<MlWorkspace> NamedAsync(MlWorkspace asking, Match match, CancellationToken ct)
    {
        if (!match.Groups["workspace"].Success) return asking;
        var id = ArmId.Parse($"/subscriptions/{Part(match, "subscription")}/resourceGroups/{Part(match, "group")}/providers/{Ml.WorkspaceType}/{Part(match, "workspace")}");
        return await store.FindAsync(id, ct).ConfigureAwait(false) is { } named ? new MlWorkspace(named) : asking;
    }

    private async Task<ObjectLocation> InDatastoreAsync(MlWorkspace workspace, string name, string path, string uri, string field, CancellationToken ct)
    {
        var datastore = await store.FindAsync(workspace.Id.Child(DefaultDatastores.Plural, name), ct).ConfigureAwait(false) ?? throw ArmFault.Invalid(field, uri, $"the workspace has no datastore '{name}'");
        if ((string?)datastore.Properties["datastoreType"] != "AzureBlob") throw ArmFault.Unsupported($"{field}: jobs read and write datastores of type AzureBlob; '{name}' is {datastore.Properties["datastoreType"]}.", field);
        return At((string)datastore.Properties["accountName"]!, (string)datastore.Properties["containerName"]!, path);
    }

    private async Task<ObjectLocation> InJobAsync(MlWorkspace workspace, Match match, string uri, string field, CancellationToken ct)
    {
        var job = await store.FindAsync(workspace.Id.Child("jobs", Part(match, "job")), ct).ConfigureAwait(false) ?? throw ArmFault.Invalid(field, uri, $"the workspace has no job '{Part(match, "job")}'");
        var output = Part(match, "output");
        // What azureml://jobs/J/outputs/artifacts/paths/P names is what the run has logged; the outputs folder lies there too.
        if (output is "artifacts" or "default") return Below(workspace.At($"ExperimentRun/dcid.{job.Name}/"), Part(match, "path"));
        var target = (string?)job.Properties["outputs"]?[output]?["uri"] ?? throw ArmFault.Invalid(field, uri, $"the job '{job.Name}' has no output '{output}'");
        var folder = await ResolveAsync(workspace, target, field, ct).ConfigureAwait(false);
        return Part(match, "path").Length == 0 ? folder : Below(folder.AsFolder(), Part(match, "path"));
    }

    private async Task<ObjectLocation> InAssetAsync(MlWorkspace workspace, Match match, string uri, string field, CancellationToken ct)
    {
        var (plurals, name, version) = (match.Groups["plural"].Success ? new[] { Part(match, "plural").ToLowerInvariant() } : ["data", "models"], Part(match, "name"), Part(match, "version"));
        foreach (var plural in plurals)
        {
            if (await store.FindAsync(workspace.Id.Child(plural, name).Child("versions", version), ct).ConfigureAwait(false) is not { } found) continue;
            var target = (string?)found.Properties[plural == "models" ? "modelUri" : "dataUri"] ?? (string?)found.Properties["codeUri"];
            return await ResolveAsync(workspace, target ?? throw ArmFault.Invalid(field, uri, "the asset names no place"), field, ct).ConfigureAwait(false);
        }
        throw ArmFault.Invalid(field, uri, $"the workspace has no version '{version}' of '{name}'");
    }

    private async Task<ObjectLocation> InRegistryAsync(Match match, string uri, string field, CancellationToken ct)
    {
        var registry = await registries.FindAsync(Part(match, "registry"), ct).ConfigureAwait(false) ?? throw ArmFault.Invalid(field, uri, $"there is no registry '{Part(match, "registry")}'");
        var (plural, name, version) = (Part(match, "plural").ToLowerInvariant(), Part(match, "name"), Part(match, "version"));
        var found = await store.FindAsync(registry.Path.Child(plural, name).Child("versions", version), ct).ConfigureAwait(false) ?? throw ArmFault.Invalid(field, uri, $"the registry '{registry.Name}' has no version '{version}' of '{name}'");
        var target = (string?)found.Properties["modelUri"] ?? (string?)found.Properties["dataUri"] ?? (string?)found.Properties["codeUri"] ?? throw ArmFault.Invalid(field, uri, "the asset names no place");
        return await ResolveAsync(new MlWorkspace(registry), target, field, ct).ConfigureAwait(false);
    }

    private static ObjectLocation Below(ObjectLocation folder, string path) => folder with { Key = folder.Key + path.TrimStart('/') };

    private static ObjectLocation At(string account, string container, string path) => new(BlobNames.Bucket(account, container), path);

    private static string Part(Match match, string name) => System.Uri.UnescapeDataString(match.Groups[name].Value);

    [GeneratedRegex(@"^azureml://(subscriptions/(?<subscription>[^/]+)/resource[gG]roups/(?<group>[^/]+)/(providers/[^/]+/)?workspaces/(?<workspace>[^/]+)/)?datastores/(?<name>[^/]+)(/paths/?(?<path>.*))?$")]
    private static partial Regex Datastore();

    [GeneratedRegex(@"^(azureml://(subscriptions/(?<subscription>[^/]+)/resource[gG]roups/(?<group>[^/]+)/(providers/[^/]+/)?workspaces/(?<workspace>[^/]+)/)?)jobs/(?<job>[^/]+)/outputs/(?<output>[^/]+)(/paths/?(?<path>.*))?$")]
    private static partial Regex JobOutput();

    [GeneratedRegex(@"^(azureml://registries/|(azureml:)?/subscriptions/[^/]+/resource[gG]roups/[^/]+/providers/[^/]+/registries/)(?<registry>[^/]+)/(?<plural>data|models|codes)/(?<name>[^/]+)/versions/(?<version>[^/]+)$", RegexOptions.IgnoreCase)]
    private static partial Regex RegistryAsset();

    [GeneratedRegex(@"^(((azureml:)?/subscriptions/(?<subscription>[^/]+)/resource[gG]roups/(?<group>[^/]+)/providers/[^/]+/workspaces/(?<workspace>[^/]+)/|azureml://locations/[^/]+/workspaces/[^/]+/)(?<plural>data|models|codes)/(?<name>[^/]+)/versions/(?<version>[^/]+)|azureml:(?<name>[^/:@]+):(?<version>[^/:@]+))$", RegexOptions.IgnoreCase)]
    private static partial Regex Asset();

    [GeneratedRegex(@"^https?://(?<account>[a-z0-9]{3,24})\.(blob|dfs)\.[^/]+/(?<container>[^/?]+)/?(?<path>[^?]*)(\?.*)?$")]
    private static partial Regex BlobHost();

    [GeneratedRegex(@"^(wasbs?|abfss?)://(?<container>[^@/]+)@(?<account>[a-z0-9]{3,24})\.[^/]+/?(?<path>.*)$")]
    private static partial Regex Wasb();

    [GeneratedRegex(@"^https?://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/(?<account>[a-z0-9]{3,24})/(?<container>[^/?]+)/?(?<path>[^?]*)(\?.*)?$")]
    private static partial Regex LocalBlob();
}
