using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's endpoints. A variant is a deployed model, known by its display name.</summary>
internal sealed class GoogleServing(VertexCalls calls, GoogleLogs logs) : IServing
{
    private readonly ConcurrentDictionary<string, string> _names = new();

    // 1. See that the models are there. 2. Find or make the endpoint. 3. Deploy every model, the first of an empty endpoint with all traffic, others with none.
    // 4. Shift the traffic at once. 5. Take down what was there before.
    public async Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct = default)
    {
        // 1.
        foreach (var model in order.Variants.Select(v => v.Model).Distinct())
        {
            if ((await calls.GetAsync($"/v1/{calls.Parent}/models/{Uri.EscapeDataString(model)}", ct).ConfigureAwait(false)).Error is { } missing) return missing;
        }

        // 2.
        var path = Path(order.Name);
        var found = await calls.GetAsync(path, ct).ConfigureAwait(false);
        // Google itself keeps captured requests in BigQuery only and says so of any other place; its emulator keeps them where it is told.
        var logging = order.CaptureTo is { } target
            ? new JsonObject { ["enabled"] = true, ["samplingRate"] = order.CapturePercentage / 100, ["bigqueryDestination"] = new JsonObject { ["outputUri"] = GoogleTraining.Uri(target) } } : null;
        if (found.Error is { Code: ErrorCode.NotFound })
            found = await calls.OperateAsync(HttpMethod.Post, $"/v1/{calls.Parent}/endpoints?endpointId={Uri.EscapeDataString(order.Name)}", new JsonObject { ["displayName"] = order.Name, ["predictRequestResponseLoggingConfig"] = logging }, ct).ConfigureAwait(false);
        else if (found.IsOk && (logging is not null || found.Value["predictRequestResponseLoggingConfig"] is not null))
            found = await calls.PatchAsync(path + "?updateMask=predictRequestResponseLoggingConfig", new JsonObject { ["predictRequestResponseLoggingConfig"] = logging }, ct).ConfigureAwait(false);
        if (!found.TryGet(out var endpoint, out var error)) return error;
        var before = Deployed(endpoint).Select(d => d["id"]!.GetValue<string>()).ToList();

        // 3.
        var shares = new Dictionary<string, int>();
        var percent = Percentages.Of([.. order.Variants.Select(v => v.Weight)]);
        foreach (var (variant, share) in order.Variants.Zip(percent))
        {
            var traffic = before.Count == 0 && shares.Count == 0 ? new JsonObject { ["0"] = 100 } : null;
            var body = new JsonObject
            {
                ["deployedModel"] = new JsonObject
                {
                    ["model"] = $"{calls.Parent}/models/{variant.Model}",
                    ["displayName"] = variant.Name,
                    ["dedicatedResources"] = new JsonObject { ["machineSpec"] = GoogleMachines.Spec(variant.InstanceType ?? calls.Options.MachineType), ["minReplicaCount"] = variant.Instances, ["maxReplicaCount"] = variant.Instances },
                },
            };
            if (traffic is not null) body["trafficSplit"] = traffic;
            if (!(await calls.OperateAsync(HttpMethod.Post, path + ":deployModel", body, ct).ConfigureAwait(false)).TryGet(out var deployed, out error)) return error;
            shares[deployed["deployedModel"]!["id"]!.GetValue<string>()] = share;
        }

        // 4.
        if ((before.Count > 0 || shares.Count > 1) && (await ShiftAsync(order.Name, shares, ct).ConfigureAwait(false)).Error is { } stuck) return stuck;

        // 5.
        foreach (var id in before)
        {
            if ((await calls.OperateAsync(HttpMethod.Post, path + ":undeployModel", new JsonObject { ["deployedModelId"] = id }, ct).ConfigureAwait(false)).Error is { } failed) return failed;
        }
        return await GetAsync(order.Name, ct).ConfigureAwait(false);
    }

    public async Task<Result<DeployedEndpoint>> GetAsync(string name, CancellationToken ct = default) => (await calls.GetAsync(Path(name), ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<IReadOnlyList<DeployedEndpoint>>> ListAsync(CancellationToken ct = default) =>
        (await calls.ListAsync($"/v1/{calls.Parent}/endpoints", "endpoints", ct).ConfigureAwait(false)).TryGet(out var all, out var error) ? Result<IReadOnlyList<DeployedEndpoint>>.Ok([.. all.Select(Shown)]) : error;

    public async Task<Result<Done>> SetWeightsAsync(string name, IReadOnlyDictionary<string, double> weights, CancellationToken ct = default)
    {
        if (!(await calls.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error)) return error;
        var deployed = Deployed(endpoint).ToList();
        if (weights.Keys.FirstOrDefault(w => deployed.All(d => d["displayName"]?.GetValue<string>() != w)) is { } unknown) return Error.Invalid("weights", unknown, $"The endpoint {name} has no variant '{unknown}'.");
        var wanted = deployed.Select(d => weights.TryGetValue(d["displayName"]!.GetValue<string>(), out var w) ? w : endpoint["trafficSplit"]?[d["id"]!.GetValue<string>()]?.GetValue<int>() / 100.0 ?? 0).ToList();
        var shares = deployed.Select(d => d["id"]!.GetValue<string>()).Zip(Percentages.Of(wanted)).ToDictionary(s => s.First, s => s.Second);
        return await ShiftAsync(name, shares, ct).ConfigureAwait(false);
    }

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default)
    {
        if (!(await calls.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error)) return error;
        // The one with the traffic goes last: until then somebody must have it.
        var ids = Deployed(endpoint).Select(d => d["id"]!.GetValue<string>()).OrderBy(id => endpoint["trafficSplit"]?[id]?.GetValue<int>() ?? 0).ToList();
        if (ids.Count > 1 && (await ShiftAsync(name, ids.ToDictionary(id => id, id => id == ids[^1] ? 100 : 0), ct).ConfigureAwait(false)).Error is { } stuck) return stuck;
        foreach (var id in ids)
        {
            if ((await calls.OperateAsync(HttpMethod.Post, Path(name) + ":undeployModel", new JsonObject { ["deployedModelId"] = id }, ct).ConfigureAwait(false)).Error is { } failed) return failed;
        }
        return (await calls.OperateAsync(HttpMethod.Delete, Path(name), null, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<Result<EndpointLog>> LogAsync(string name, DateTimeOffset? since = null, int limit = 1000, CancellationToken ct = default)
    {
        var read = await logs.NewestAsync(name, since, limit, ct).ConfigureAwait(false);
        if (read is { IsOk: true, Value.Lines.Count: 0 } && (await calls.GetAsync(Path(name), ct).ConfigureAwait(false)).Error is { } missing) return missing;
        return read;
    }

    public async Task<Result<PredictionReply>> PredictAsync(string name, PredictionRequest request, CancellationToken ct = default)
    {
        if (request.Variant is not null) return new Error(ErrorCode.Unimplemented, "Google Cloud divides requests by the traffic split; no request can name its variant.");
        using var message = new HttpRequestMessage(HttpMethod.Post, calls.Transport.Address($"{calls.Options.Location}-aiplatform", Path(name) + ":rawPredict")) { Content = new ReadOnlyMemoryContent(request.Body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Accept is { } accept) message.Headers.TryAddWithoutValidation("Accept", accept);
        if (!(await calls.Transport.SendAsync(request.Once ? GoogleClientRegistration.Once : GoogleClientRegistration.Repeatable, message, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply)
        {
            var id = reply.Headers.TryGetValues("x-vertex-ai-deployed-model-id", out var values) ? values.First() : null;
            return new PredictionReply(await reply.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false), reply.Content.Headers.ContentType?.ToString(), id is null ? null : await NameAsync(name, id, ct).ConfigureAwait(false));
        }
    }

    private async Task<string> NameAsync(string endpoint, string id, CancellationToken ct)
    {
        if (!_names.ContainsKey(id) && (await calls.GetAsync(Path(endpoint), ct).ConfigureAwait(false)).TryGet(out var shown, out _)) Shown(shown);
        return _names.GetValueOrDefault(id, id);
    }

    private async Task<Result<Done>> ShiftAsync(string name, IReadOnlyDictionary<string, int> shares, CancellationToken ct) =>
        (await calls.PatchAsync(Path(name) + "?updateMask=trafficSplit", new JsonObject { ["trafficSplit"] = new JsonObject(shares.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value))) }, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private DeployedEndpoint Shown(JsonObject endpoint)
    {
        var deployed = Deployed(endpoint).ToList();
        foreach (var model in deployed) _names[model["id"]!.GetValue<string>()] = model["displayName"]?.GetValue<string>() ?? "";
        return new DeployedEndpoint(endpoint["name"]!.GetValue<string>().Split('/')[^1], deployed.Count > 0 ? DeploymentState.InService : DeploymentState.Creating, null, GoogleTraining.Time(endpoint["createTime"]) ?? default,
            [.. deployed.Select(d => new DeployedVariant(d["displayName"]?.GetValue<string>() ?? "", (endpoint["trafficSplit"]?[d["id"]!.GetValue<string>()]?.GetValue<int>() ?? 0) / 100.0, d["dedicatedResources"]?["minReplicaCount"]?.GetValue<int>() ?? 1))]);
    }

    private string Path(string name) => $"/v1/{calls.Parent}/endpoints/{Uri.EscapeDataString(name)}";

    private static IEnumerable<JsonObject> Deployed(JsonObject endpoint) => (endpoint["deployedModels"] as JsonArray ?? []).OfType<JsonObject>();
}
