using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Managed online endpoints. A variant is a deployment, its weight a percentage of the traffic.</summary>
internal sealed class AzureServing(AzureWorkspace workspace, AzureScoring scoring, AzureCapture capture) : IServing
{
    // 1. See that the models are there. 2. Find or make the endpoint. 3. Deploy, one after the other: an endpoint takes one change at a time.
    // 4. Shift the traffic at once. 5. Take down what was there before.
    public async Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct = default)
    {
        // 1.
        foreach (var model in order.Variants.Select(v => v.Model).Distinct())
        {
            if ((await workspace.GetAsync(AzureModels.Version(model), ct).ConfigureAwait(false)).Error is { } missing) return missing;
        }

        // 2.
        if (!(await workspace.FactsAsync(ct).ConfigureAwait(false)).TryGet(out var facts, out var error)) return error;
        var path = Path(order.Name);
        var found = await workspace.GetAsync(path, ct).ConfigureAwait(false);
        if (found.Error is { Code: not ErrorCode.NotFound } stuck) return stuck;
        if (!found.IsOk)
        {
            var body = new JsonObject { ["location"] = facts.Location, ["identity"] = new JsonObject { ["type"] = "SystemAssigned" }, ["properties"] = new JsonObject { ["authMode"] = "Key" } };
            if ((await workspace.OperateAsync(HttpMethod.Put, path, body, ct).ConfigureAwait(false)).Error is { } refused) return refused;
        }
        if (!(await workspace.ListAsync(path + Deployments, ct).ConfigureAwait(false)).TryGet(out var before, out error)) return error;

        // 3.
        foreach (var variant in order.Variants)
        {
            var body = Body(variant, facts.Location);
            if (order.CaptureTo is { } to)
            {
                if (!(await capture.CollectorAsync(order.Name, variant.Name, to, ct).ConfigureAwait(false)).TryGet(out var collector, out error)) return error;
                body["properties"]!["dataCollector"] = collector;
            }
            if ((await workspace.OperateAsync(HttpMethod.Put, Deployment(order.Name, variant.Name), body, ct).ConfigureAwait(false)).Error is { } failed) return failed;
        }

        // 4.
        var shares = order.Variants.Select(v => v.Name).Zip(Percentages.Of([.. order.Variants.Select(v => v.Weight)])).ToDictionary(s => s.First, s => s.Second);
        if ((await ShiftAsync(order.Name, shares, ct).ConfigureAwait(false)).Error is { } unshifted) return unshifted;

        // 5.
        foreach (var old in before.Where(d => !shares.ContainsKey(d["name"]!.GetValue<string>())))
        {
            if ((await workspace.OperateAsync(HttpMethod.Delete, Deployment(order.Name, old["name"]!.GetValue<string>()), null, ct).ConfigureAwait(false)).Error is { } failed) return failed;
            if ((await capture.ForgetAsync(order.Name, old, ct).ConfigureAwait(false)).Error is { } kept) return kept;
        }
        return await GetAsync(order.Name, ct).ConfigureAwait(false);
    }

    public async Task<Result<DeployedEndpoint>> GetAsync(string name, CancellationToken ct = default)
    {
        if (!(await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error)) return error;
        return (await workspace.ListAsync(Path(name) + Deployments, ct).ConfigureAwait(false)).TryGet(out var deployments, out error) ? Shown(endpoint, deployments) : error;
    }

    public async Task<Result<IReadOnlyList<DeployedEndpoint>>> ListAsync(CancellationToken ct = default) =>
        (await workspace.ListAsync("onlineEndpoints", ct).ConfigureAwait(false)).TryGet(out var all, out var error)
            ? Result<IReadOnlyList<DeployedEndpoint>>.Ok([.. all.Select(e => Shown(e, null)).OrderByDescending(e => e.Created)]) : error;

    public async Task<Result<Done>> SetWeightsAsync(string name, IReadOnlyDictionary<string, double> weights, CancellationToken ct = default)
    {
        if (!(await GetAsync(name, ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error)) return error;
        if (weights.Keys.FirstOrDefault(w => endpoint.Variants.All(v => v.Name != w)) is { } unknown) return Error.Invalid("weights", unknown, $"The endpoint {name} has no variant '{unknown}'.");
        var shares = Percentages.Of([.. endpoint.Variants.Select(v => weights.TryGetValue(v.Name, out var w) ? w : v.Weight)]);
        return await ShiftAsync(name, endpoint.Variants.Select(v => v.Name).Zip(shares).ToDictionary(s => s.First, s => s.Second), ct).ConfigureAwait(false);
    }

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default)
    {
        if ((await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).Error is { } missing) return missing;
        if (!(await workspace.ListAsync(Path(name) + Deployments, ct).ConfigureAwait(false)).TryGet(out var deployments, out var error)) return error;
        scoring.Forget(name);
        if ((await workspace.OperateAsync(HttpMethod.Delete, Path(name), null, ct).ConfigureAwait(false)).Error is { } stuck) return stuck;
        foreach (var deployment in deployments)
            if ((await capture.ForgetAsync(name, deployment, ct).ConfigureAwait(false)).Error is { } kept) return kept;
        return Done.Value;
    }

    public async Task<Result<EndpointLog>> LogAsync(string name, DateTimeOffset? since = null, int limit = 1000, CancellationToken ct = default)
    {
        if (!(await workspace.ListAsync(Path(name) + Deployments, ct).ConfigureAwait(false)).TryGet(out var deployments, out var error)) return error;
        var (lines, more) = (new List<RunLogLine>(), false);
        foreach (var deployment in deployments)
        {
            var read = await workspace.PostAsync($"{Deployment(name, deployment["name"]!.GetValue<string>())}/getLogs", new JsonObject { ["containerType"] = "InferenceServer", ["tail"] = limit }, ct).ConfigureAwait(false);
            if (!read.TryGet(out var reply, out error)) return error;
            var told = ContainerLog.Read(reply["content"]?.GetValue<string>() ?? "", AzureWorkspace.Created(deployment));
            more |= told.Count >= limit && told[0].Time >= since.GetValueOrDefault();
            lines.AddRange(told.Where(l => since is not { } from || l.Time >= from));
        }
        // Sorted stably: lines of the same time stay as their deployment wrote them.
        return new EndpointLog([.. lines.OrderBy(l => l.Time).TakeLast(limit)], more || lines.Count > limit);
    }

    public Task<Result<PredictionReply>> PredictAsync(string name, PredictionRequest request, CancellationToken ct = default) => scoring.PredictAsync(name, request, ct);

    internal static string Path(string name) => "onlineEndpoints/" + Uri.EscapeDataString(name);

    private const string Deployments = "/deployments";

    private static string Deployment(string endpoint, string name) => $"{Path(endpoint)}{Deployments}/{Uri.EscapeDataString(name)}";

    private JsonObject Body(VariantOrder variant, string location) => new()
    {
        ["location"] = location,
        ["sku"] = new JsonObject { ["name"] = "Default", ["capacity"] = variant.Instances },
        ["properties"] = new JsonObject
        {
            ["endpointComputeType"] = "Managed",
            ["model"] = workspace.IdOf(AzureModels.Version(variant.Model)),
            ["instanceType"] = variant.InstanceType ?? workspace.Options.InstanceType,
        },
    };

    /// <summary>Shares the traffic anew. The service changes it by a whole new endpoint only, so all else is sent as it stands.</summary>
    private async Task<Result<Done>> ShiftAsync(string name, IReadOnlyDictionary<string, int> shares, CancellationToken ct)
    {
        if (!(await workspace.GetAsync(Path(name), ct).ConfigureAwait(false)).TryGet(out var endpoint, out var error)) return error;
        var body = new JsonObject();
        foreach (var field in new[] { "location", "identity", "kind", "tags", "properties" })
            if (endpoint[field] is { } value) body[field] = value.DeepClone();
        foreach (var told in new[] { "provisioningState", "scoringUri", "swaggerUri" }) (body["properties"] as JsonObject)?.Remove(told);
        body["properties"]!["traffic"] = new JsonObject(shares.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
        return await workspace.OperateAsync(HttpMethod.Put, Path(name), body, ct).ConfigureAwait(false);
    }

    private static DeployedEndpoint Shown(JsonObject endpoint, IReadOnlyList<JsonObject>? deployments)
    {
        var states = deployments?.Select(d => d["properties"]?["provisioningState"]?.GetValue<string>()).ToList();
        var state = endpoint["properties"]?["provisioningState"]?.GetValue<string>() switch
        {
            "Deleting" => DeploymentState.Deleting,
            "Failed" => DeploymentState.Failed,
            _ when states is not null && states.All(s => s == "Failed") && states.Count > 0 => DeploymentState.Failed,
            _ when states is not null && !states.Contains("Succeeded") && !states.Contains("Updating") => DeploymentState.Creating,
            "Creating" => DeploymentState.Creating,
            "Updating" => DeploymentState.Updating,
            _ => DeploymentState.InService,
        };
        return new DeployedEndpoint(endpoint["name"]!.GetValue<string>(), state, null, AzureWorkspace.Created(endpoint),
            [.. (deployments ?? []).Select(d => new DeployedVariant(d["name"]!.GetValue<string>(), Share(d["name"]!.GetValue<string>()) / 100.0, d["sku"]?["capacity"]?.GetValue<int>() ?? 1))]);

        int Share(string name) => endpoint["properties"]?["traffic"]?[name]?.GetValue<int>() ?? 0;
    }
}
