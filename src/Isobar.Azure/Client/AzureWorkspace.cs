using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>What the client needs to know of the workspace before anything else.</summary>
/// <param name="Account">The storage account whose containers are the buckets.</param>
/// <param name="Tracking">Where its MLflow answers, such as <c>azureml://eastus.api.azureml.ms/mlflow/v1.0/…</c>; null where it does not say.</param>
internal sealed record WorkspaceFacts(string Account, string Location, string? Tracking);

/// <summary>Calls within the workspace, which is looked up, or made, at the first.</summary>
internal sealed class AzureWorkspace(ArmCalls arm)
{
    private const string Version = "api-version=2024-04-01", GroupVersion = "api-version=2021-04-01", DatastorePrefix = "isobar_", Datastores = "datastores/";
    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> _datastores = new();
    private readonly ConcurrentDictionary<string, string> _containers = new();
    private volatile WorkspaceFacts? _facts;

    public AzureTransport Transport => arm.Transport;

    public AzureClientOptions Options => arm.Options;

    private string Group => $"/subscriptions/{Uri.EscapeDataString(Options.Subscription)}/resourceGroups/{Uri.EscapeDataString(Options.ResourceGroup)}";

    private string Id => $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/{Uri.EscapeDataString(Options.Workspace)}";

    /// <summary>The full id of what lies in the workspace.</summary>
    public string IdOf(string path) => $"{Id}/{path}";

    public Task<Result<JsonObject>> GetAsync(string path, CancellationToken ct) => CallAsync(HttpMethod.Get, path, null, ct);

    public Task<Result<JsonObject>> PutAsync(string path, JsonObject body, CancellationToken ct) => CallAsync(HttpMethod.Put, path, body, ct);

    public Task<Result<JsonObject>> PostAsync(string path, JsonObject? body, CancellationToken ct) => CallAsync(HttpMethod.Post, path, body, ct);

    /// <summary>Asks a service of the workspace at an address of its own, which the Resource Manager has told.</summary>
    public Task<Result<JsonObject>> InvokeAsync(string address, JsonObject body, CancellationToken ct) => arm.InvokeAsync(new Uri(address), body, ct);

    public async Task<Result<IReadOnlyList<JsonObject>>> ListAsync(string path, CancellationToken ct) =>
        (await FactsAsync(ct).ConfigureAwait(false)).TryGet(out _, out var error) ? await arm.ListAsync(Path(path), ct).ConfigureAwait(false) : error;

    public async Task<Result<Done>> OperateAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct) =>
        (await FactsAsync(ct).ConfigureAwait(false)).TryGet(out _, out var error) ? await arm.OperateAsync(method, Path(path), body, ct).ConfigureAwait(false) : error;

    // 1. Once known, known. 2. Look. 3. An emulator starts empty: make the group and the workspace.
    public async Task<Result<WorkspaceFacts>> FactsAsync(CancellationToken ct)
    {
        // 1.
        if (_facts is { } known) return known;
        await _asking.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (_facts is { } found) return found;

            // 2.
            var workspace = await arm.CallAsync(HttpMethod.Get, $"{Id}?{Version}", null, ct).ConfigureAwait(false);

            // 3.
            if (workspace.Error is { Code: ErrorCode.NotFound } && (Options.CreateWorkspace ?? Options.Endpoint is not null))
            {
                if ((await MakeAsync(ct).ConfigureAwait(false)).Error is { } failed) return failed;
                workspace = await arm.CallAsync(HttpMethod.Get, $"{Id}?{Version}", null, ct).ConfigureAwait(false);
            }
            if (!workspace.TryGet(out var told, out var error)) return error;
            if (told["properties"]?["storageAccount"]?.GetValue<string>() is not { Length: > 0 } account) return new Error(ErrorCode.FailedPrecondition, $"The workspace {Options.Workspace} names no storage account.");
            return _facts = new WorkspaceFacts(account.Split('/')[^1], told["location"]?.GetValue<string>() ?? Options.Location, told["properties"]?["mlFlowTrackingUri"]?.GetValue<string>());
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The address of a place as jobs and models take it: through a datastore over its container, which is made at first use.</summary>
    public async Task<Result<string>> UriAsync(DataLocation at, CancellationToken ct)
    {
        var name = Datastore(at.Bucket);
        if (!_datastores.ContainsKey(name))
        {
            if (!(await FactsAsync(ct).ConfigureAwait(false)).TryGet(out var facts, out var error)) return error;
            var made = await PutAsync(Datastores + name, new JsonObject
            {
                ["properties"] = new JsonObject { ["datastoreType"] = "AzureBlob", ["accountName"] = facts.Account, ["containerName"] = at.Bucket, ["credentials"] = new JsonObject { ["credentialsType"] = "None" } },
            }, ct).ConfigureAwait(false);
            if (made.Error is { } failed) return failed;
            _datastores[name] = true;
        }
        return $"azureml://datastores/{name}/paths/{string.Join('/', at.Key.Split('/').Select(Uri.EscapeDataString))}";
    }

    /// <summary>The place of an address that <see cref="UriAsync"/> has made; null for any other.</summary>
    public static DataLocation? Location(string? uri)
    {
        const string Marker = "datastores/" + DatastorePrefix;
        if (uri is null || uri.IndexOf(Marker, StringComparison.Ordinal) is not (>= 0 and var at) || uri[(at + Marker.Length)..].Split("/paths/", 2) is not [var name, var path]) return null;
        return new DataLocation(name.Replace('_', '-'), Uri.UnescapeDataString(path));
    }

    /// <summary>The place of an address in any datastore of the workspace; null where it is none.</summary>
    public async Task<DataLocation?> LocationAsync(string? uri, CancellationToken ct)
    {
        const string Marker = "datastores/";
        if (Location(uri) is { } own) return own;
        if (uri is null || uri.IndexOf(Marker, StringComparison.Ordinal) is not (>= 0 and var at) || uri[(at + Marker.Length)..].Split("/paths/", 2) is not [var name, var path]) return null;
        if (!_containers.TryGetValue(name, out var container))
        {
            if (!(await GetAsync(Datastores + Uri.EscapeDataString(name), ct).ConfigureAwait(false)).TryGet(out var store, out _) || store["properties"]?["containerName"]?.GetValue<string>() is not { Length: > 0 } told) return null;
            _containers[name] = container = told;
        }
        return new DataLocation(container, Uri.UnescapeDataString(path));
    }

    /// <summary>The newest metrics of a run; none where the run has none, or is none.</summary>
    public async Task<Result<IReadOnlyDictionary<string, double>>> MetricsAsync(string run, CancellationToken ct)
    {
        if (!(await FactsAsync(ct).ConfigureAwait(false)).TryGet(out var facts, out var error)) return error;
        var found = new Dictionary<string, double>();
        if (facts.Tracking is not { } tracking) return found;
        // An emulator that is addressed without TLS tracks without it as well.
        var address = new Uri($"{Transport.Resource("/").Scheme}{tracking[tracking.IndexOf(':', StringComparison.Ordinal)..]}/api/2.0/mlflow/runs/get?run_id={Uri.EscapeDataString(run)}");
        if (!(await arm.AskAsync(address, ct).ConfigureAwait(false)).TryGet(out var told, out error)) return error.Code == ErrorCode.NotFound ? found : error;
        foreach (var metric in told["run"]?["data"]?["metrics"] as JsonArray ?? [])
            if (metric?["key"]?.GetValue<string>() is { } key && metric["value"] is JsonValue value && value.TryGetValue<double>(out var number)) found[key] = number;
        return found;
    }

    /// <summary>Drops the datastore over a container that is gone.</summary>
    public async Task ForgetAsync(string bucket, CancellationToken ct)
    {
        _datastores.TryRemove(Datastore(bucket), out _);
        // One that was never made need not be dropped.
        await CallAsync(HttpMethod.Delete, Datastores + Datastore(bucket), null, ct).ConfigureAwait(false);
    }

    public static DateTimeOffset Created(JsonObject resource) => Time(resource["systemData"]?["createdAt"]) ?? default;

    public static DateTimeOffset? Time(JsonNode? node) =>
        node is not null && DateTimeOffset.TryParse(node.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    // Names of datastores have no hyphens, and those of containers no underscores.
    private static string Datastore(string bucket) => DatastorePrefix + bucket.Replace('-', '_');

    private async Task<Result<Done>> MakeAsync(CancellationToken ct)
    {
        var group = await arm.CallAsync(HttpMethod.Put, $"{Group}?{GroupVersion}", new JsonObject { ["location"] = Options.Location }, ct).ConfigureAwait(false);
        return group.Error is { } error ? error : await arm.OperateAsync(HttpMethod.Put, $"{Id}?{Version}", new JsonObject { ["location"] = Options.Location, ["identity"] = new JsonObject { ["type"] = "SystemAssigned" }, ["properties"] = new JsonObject() }, ct).ConfigureAwait(false);
    }

    private async Task<Result<JsonObject>> CallAsync(HttpMethod method, string path, JsonObject? body, CancellationToken ct) =>
        (await FactsAsync(ct).ConfigureAwait(false)).TryGet(out _, out var error) ? await arm.CallAsync(method, Path(path), body, ct).ConfigureAwait(false) : error;

    private string Path(string path) => $"{Id}/{path}{(path.Contains('?') ? '&' : '?')}{Version}";
}
