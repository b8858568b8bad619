using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Vertex AI's model registry.</summary>
internal sealed class GoogleModels(VertexCalls calls) : IModels
{
    public async Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct = default)
    {
        // An artifact's URI is the folder that it lies in.
        var folder = order.Artifact with { Key = order.Artifact.Key.Contains('/') ? order.Artifact.Key[..order.Artifact.Key.LastIndexOf('/')] : "" };
        var uploaded = await calls.OperateAsync(HttpMethod.Post, $"/v1/{calls.Parent}/models:upload", new JsonObject
        {
            ["modelId"] = order.Name,
            ["model"] = new JsonObject
            {
                ["displayName"] = order.Name,
                ["artifactUri"] = GoogleTraining.Uri(folder),
                ["containerSpec"] = new JsonObject { ["imageUri"] = GoogleTraining.Image(calls.Options, order.Algorithm ?? "onnx") },
                ["labels"] = new JsonObject { ["artifact"] = order.Artifact.Key.EndsWith(".onnx", StringComparison.Ordinal) ? "onnx" : "archive" },
            },
        }, ct).ConfigureAwait(false);
        return uploaded.TryGet(out _, out var error) ? await GetAsync(order.Name, ct).ConfigureAwait(false) : error;
    }

    public async Task<Result<RegisteredModel>> GetAsync(string name, CancellationToken ct = default) => (await calls.GetAsync($"/v1/{calls.Parent}/models/{Uri.EscapeDataString(name)}", ct).ConfigureAwait(false)).Map(Shown);

    public async Task<Result<IReadOnlyList<RegisteredModel>>> ListAsync(CancellationToken ct = default) =>
        (await calls.ListAsync($"/v1/{calls.Parent}/models", "models", ct).ConfigureAwait(false)).TryGet(out var models, out var error) ? Result<IReadOnlyList<RegisteredModel>>.Ok([.. models.Select(Shown)]) : error;

    public async Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default) =>
        (await calls.OperateAsync(HttpMethod.Delete, $"/v1/{calls.Parent}/models/{Uri.EscapeDataString(name)}", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    private static RegisteredModel Shown(JsonObject model) => new(
        model["name"]!.GetValue<string>().Split('/')[^1].Split('@')[0],
        GoogleTraining.Location(model["artifactUri"]?.GetValue<string>() is { Length: > 0 } uri ? $"{uri.TrimEnd('/')}/model.{(model["labels"]?["artifact"]?.GetValue<string>() == "onnx" ? "onnx" : "tar.gz")}" : null),
        GoogleTraining.Time(model["createTime"]) ?? default);
}
