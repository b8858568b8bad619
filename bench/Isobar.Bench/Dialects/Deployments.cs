using System.Text;
using System.Text.Json.Nodes;
using Isobar.Bench.Harness;

namespace Isobar.Bench.Dialects;

/// <summary>Puts a trained artifact behind an endpoint of Vertex AI and behind one of Azure Machine Learning, spoken to plainly.</summary>
internal sealed class Deployments(ServerUnderTest server) : IDisposable
{
    private const string Location = "projects/bench/locations/us-central1", Workspace = "/subscriptions/12345678-1234-1234-1234-123456789abc/resourceGroups/bench/providers/Microsoft.MachineLearningServices/workspaces/bench";
    private const string Version = "?api-version=2023-04-01";
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(2) };

    private string? _operation;

    /// <summary>The endpoint's resource name.</summary>
    public async Task<string> VertexAsync(byte[] artifact)
    {
        await SendAsync(HttpMethod.Post, server.Google + "/storage/v1/b?project=bench", new JsonObject { ["name"] = "bench" });
        await BytesAsync(HttpMethod.Post, server.Google + "/upload/storage/v1/b/bench/o?uploadType=media&name=model/model.tar.gz", artifact, []);
        var uploaded = await OperationAsync($"/v1/{Location}/models:upload", new JsonObject
        {
            ["model"] = new JsonObject { ["displayName"] = "bench", ["artifactUri"] = "gs://bench/model", ["containerSpec"] = new JsonObject { ["imageUri"] = "isobar/boosted-trees" } },
        });
        var created = await OperationAsync($"/v1/{Location}/endpoints", new JsonObject { ["displayName"] = "bench" });
        var endpoint = created["name"]!.GetValue<string>();
        await OperationAsync($"/v1/{endpoint}:deployModel", new JsonObject
        {
            ["deployedModel"] = new JsonObject { ["model"] = uploaded["model"]!.GetValue<string>(), ["dedicatedResources"] = new JsonObject { ["minReplicaCount"] = 1, ["machineSpec"] = new JsonObject { ["machineType"] = "n1-standard-2" } } },
            ["trafficSplit"] = new JsonObject { ["0"] = 100 },
        });
        return endpoint;
    }

    /// <summary>The path of the endpoint's scores, and its key.</summary>
    public async Task<(string Path, string Key)> AzureAsync(byte[] model)
    {
        await SendAsync(HttpMethod.Put, server.Azure + Workspace[..Workspace.IndexOf("/providers", StringComparison.Ordinal)] + "?api-version=2021-04-01", new JsonObject { ["location"] = "westeurope" });
        await ArmAsync("", new JsonObject { ["location"] = "westeurope" });
        await SendAsync(HttpMethod.Put, server.Azure + "/benchmodels/models?restype=container", null);
        await BytesAsync(HttpMethod.Put, server.Azure + "/benchmodels/models/bench/model.tar.gz", model, [("x-ms-blob-type", "BlockBlob")]);
        await ArmAsync("/datastores/bench", new JsonObject { ["properties"] = new JsonObject { ["datastoreType"] = "AzureBlob", ["accountName"] = "benchmodels", ["containerName"] = "models", ["credentials"] = new JsonObject { ["credentialsType"] = "None" } } });
        await ArmAsync("/models/bench/versions/1", new JsonObject { ["properties"] = new JsonObject { ["modelType"] = "custom_model", ["modelUri"] = "azureml://datastores/bench/paths/bench/model.tar.gz" } });
        var endpoint = new JsonObject { ["location"] = "westeurope", ["properties"] = new JsonObject { ["authMode"] = "Key" } };
        await ArmAsync("/onlineEndpoints/bench", endpoint);
        await ArmAsync("/onlineEndpoints/bench/deployments/blue", new JsonObject
        {
            ["location"] = "westeurope",
            ["sku"] = new JsonObject { ["name"] = "Default", ["capacity"] = 1 },
            ["properties"] = new JsonObject { ["endpointComputeType"] = "Managed", ["instanceType"] = "Standard_DS3_v2", ["model"] = $"{Workspace}/models/bench/versions/1" },
        });
        endpoint["properties"]!["traffic"] = new JsonObject { ["blue"] = 100 };
        await ArmAsync("/onlineEndpoints/bench", endpoint);
        var keys = await SendAsync(HttpMethod.Post, $"{server.Azure}{Workspace}/onlineEndpoints/bench/listKeys{Version}", null);
        return ("/online-endpoints/westeurope/bench/score", keys["primaryKey"]!.GetValue<string>());
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> OperationAsync(string path, JsonNode body)
    {
        var operation = await SendAsync(HttpMethod.Post, server.Google + path, body);
        while (operation["done"]?.GetValue<bool>() != true)
        {
            await Task.Delay(20);
            operation = await SendAsync(HttpMethod.Get, $"{server.Google}/v1/{operation["name"]}", null);
        }
        return operation["response"] ?? throw new InvalidOperationException(operation.ToJsonString());
    }

    private async Task ArmAsync(string path, JsonNode body)
    {
        await SendAsync(HttpMethod.Put, $"{server.Azure}{Workspace}{path}{Version}", body);
        while (true)
        {
            var resource = await SendAsync(HttpMethod.Get, $"{server.Azure}{Workspace}{path}{Version}", null);
            var state = resource["properties"]?["provisioningState"]?.GetValue<string>() ?? "Succeeded";
            if (state == "Succeeded") return;
            if (state is "Failed" or "Canceled") throw new InvalidOperationException($"{path}: {(_operation is null ? resource : await SendAsync(HttpMethod.Get, _operation, null)).ToJsonString()}");
            await Task.Delay(20);
        }
    }

    private async Task BytesAsync(HttpMethod method, string url, byte[] content, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url) { Content = new ByteArrayContent(content) };
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await _http.SendAsync(request);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{url}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task<JsonNode> SendAsync(HttpMethod method, string url, JsonNode? body)
    {
        using var request = new HttpRequestMessage(method, url);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer e30.{Convert.ToBase64String("{\"appid\":\"bench\"}"u8)}.");
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        // What a deployment failed for stands in its operation.
        if (method == HttpMethod.Put) _operation = answer.Headers.TryGetValues("Azure-AsyncOperation", out var address) ? address.First() : null;
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? (text.StartsWith('{') ? JsonNode.Parse(text)! : new JsonObject()) : throw new InvalidOperationException($"{method} {url}: {text}");
    }
}
