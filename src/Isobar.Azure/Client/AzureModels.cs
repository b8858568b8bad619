using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Azure Machine Learning's models. A name of ours is a container with one version.</summary>
internal sealed class AzureModels(AzureWorkspace workspace) : IModels
{
    private const string Only = "/versions/1";

    public async Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct = default)
    {
        var there = await GetAsync(order.Name, ct).ConfigureAwait(false);
        if (there.IsOk) return new Error(ErrorCode.AlreadyExists, $"There is a model {order.Name} already.");
        if (there.Error.Code != ErrorCode.NotFound) return there.Error;
        if (!(await workspace.UriAsync(order.Artifact, ct).ConfigureAwait(false)).TryGet(out var uri, out var error)) return error;
        var made = await workspace.PutAsync(Version(order.Name), new JsonObject
        {
            ["properties"] = new JsonObject { ["modelType"] = "custom_model", ["modelUri"] = uri, ["tags"] = new JsonObject { ["algorithm"] = order.Algorithm ?? "onnx" } },
        }, ct).ConfigureAwait(false);
        return made.Map(m => Shown(order.Name, m));
    }

    public async Task<Result<RegisteredModel>> GetAsync(string name, CancellationToken ct = default) => (await workspace.GetAsync(Version(name), ct).ConfigureAwait(false)).Map(m => Shown(name, m));

    public async Task<Result<IReadOnlyList<RegisteredModel>>> ListAsync(CancellationToken ct = default) =>
        (await workspace.ListAsync("models", ct).ConfigureAwait(false)).TryGet(out var models, out var error)
            ? Result<IReadOnlyList<RegisteredModel>>.Ok([.. models.Select(m => Shown(m["name"]!.GetValue<string>(), m)).OrderByDescending(m => m.Created)]) : error;

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default)
    {
        if ((await GetAsync(name, ct).ConfigureAwait(false)).Error is { } missing) return missing;
        if ((await workspace.OperateAsync(HttpMethod.Delete, Version(name), null, ct).ConfigureAwait(false)).Error is { } error) return error;
        return await workspace.OperateAsync(HttpMethod.Delete, Container(name), null, ct).ConfigureAwait(false);
    }

    /// <summary>The path of a model within the workspace.</summary>
    public static string Version(string name) => Container(name) + Only;

    private static string Container(string name) => "models/" + Uri.EscapeDataString(name);

    private static RegisteredModel Shown(string name, JsonObject model) => new(name, AzureWorkspace.Location(model["properties"]?["modelUri"]?.GetValue<string>()), AzureWorkspace.Created(model));
}
