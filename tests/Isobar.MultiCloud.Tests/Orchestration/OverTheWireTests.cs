using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.MultiCloud.Clouds;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>A manifest through the API, on the emulators of a server, over each vendor's own protocol.</summary>
public sealed class OverTheWireTests : IAsyncLifetime
{
    private static readonly string[] Serving = ["aws", "gcp", "azure", "onprem"];
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-wire-").FullName;
    private IsobarServer _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await IsobarServer.StartAsync(new IsobarServerOptions { DataDirectory = _folder, ControlPort = 0, AwsPort = 0, GcpPort = 0, AzurePort = 0, LogToConsole = false, WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")] });
        _http = new HttpClient { BaseAddress = new Uri(_server.Addresses.Control) };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Project_AppliedMendedAndDestroyed_OnEveryCloud()
    {
        // 1. Applied: trained in one cloud, served by all.
        var (json, key) = (await ManifestAsync(), Guid.NewGuid().ToString("n"));
        using var applied = await PutAsync(json, key);
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        Assert.Equal("\"1\"", applied.Headers.ETag!.Tag);
        var project = await SettledAsync();
        var training = project["models"]![0]!["training"]!;
        Assert.Equal(("Done", "azure"), (training["phase"]!.GetValue<string>(), training["cloud"]!.GetValue<string>()));
        var clouds = _server.Services.GetRequiredService<IClouds>();
        foreach (var name in Serving)
        {
            var reply = await clouds.Find(name)!.Cloud.Serving.PredictAsync("wire-line", new PredictionRequest(Encoding.UTF8.GetBytes("5\n")));
            Assert.True(reply.IsOk, $"{name}: {reply.Error?.Message}");
        }

        // One address for all of them.
        using var asked = await _http.PostAsync("/endpoints/wire-line/invocations", new StringContent("5\n", Encoding.UTF8, "text/csv"));
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());

        // 2. The same key again is the same answer; with another body it is refused.
        using var again = await PutAsync(json, key);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        using var other = await PutAsync(json.Replace("\"research\"", "\"sales\"", StringComparison.Ordinal), key);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, other.StatusCode);
        using var stale = new HttpRequestMessage(HttpMethod.Put, "/v1/projects/wire") { Content = new StringContent(json) };
        stale.Headers.IfMatch.Add(new EntityTagHeaderValue("\"7\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await _http.SendAsync(stale)).StatusCode);

        // 3. Drift is mended.
        Assert.True((await clouds.Find("aws")!.Cloud.Serving.DeleteAsync("wire-line")).IsOk);
        await Lab.UntilAsync(async () => (await _http.GetFromJsonAsync<JsonArray>("/v1/events?project=wire"))!.Any(e => e!["kind"]!.GetValue<string>() == "drift"));
        await SettledAsync();
        Assert.True((await clouds.Find("aws")!.Cloud.Serving.GetAsync("wire-line")).IsOk);

        // 4. What it cost, and who did what.
        var costs = await _http.GetFromJsonAsync<JsonObject>("/v1/costs");
        Assert.Contains(costs!["byModel"]!.AsArray(), m => m!["name"]!.GetValue<string>() == "wire/line");
        Assert.True((await _http.GetFromJsonAsync<JsonObject>("/v1/audit/verify"))!["intact"]!.GetValue<bool>());

        // 5. Destroyed: nothing is left.
        Assert.Equal(HttpStatusCode.Accepted, (await _http.DeleteAsync("/v1/projects/wire")).StatusCode);
        await Lab.UntilAsync(async () => (await _http.GetAsync("/v1/projects/wire")).StatusCode == HttpStatusCode.NotFound);
        foreach (var name in Serving)
        {
            var cloud = clouds.Find(name)!.Cloud;
            Assert.False((await cloud.Serving.GetAsync("wire-line")).IsOk, name);
            Assert.DoesNotContain((await cloud.Models.ListAsync()).Value, m => m.Name.StartsWith("wire-", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Canary_UnderTraffic_TakesOverInEveryCloud()
    {
        var first = JsonNode.Parse(await ManifestAsync())!.AsObject();
        first["models"]!["line"]!["training"]!["clouds"] = new JsonArray("onprem");
        first["models"]!["line"]!["training"]!.AsObject().Remove("resources");
        first["models"]!["line"]!["service"] = new JsonObject { ["clouds"] = new JsonArray("onprem", "aws"), ["resources"] = new JsonObject { ["vcpu"] = 2, ["memoryGib"] = 2 }, ["canary"] = new JsonObject { ["percent"] = 50, ["minutes"] = 0, ["requests"] = 30, ["maxErrorRate"] = 0.2, ["maxLatencyRatio"] = 100 } };
        using var applied = await PutAsync(first.ToJsonString(), Guid.NewGuid().ToString("n"));
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        await SettledAsync();

        first["models"]!["line"]!["training"]!["seed"] = 5;
        using var changed = await PutAsync(first.ToJsonString(), Guid.NewGuid().ToString("n"));
        Assert.True(changed.IsSuccessStatusCode, await changed.Content.ReadAsStringAsync());
        // The trial ends once it has answered: while the project is not settled, somebody asks, and nobody is refused.
        JsonObject? project = null;
        await Lab.UntilAsync(async () =>
        {
            using var asked = await _http.PostAsync("/endpoints/wire-line/invocations", new StringContent("5\n", Encoding.UTF8, "text/csv"));
            Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());
            return (project = await _http.GetFromJsonAsync<JsonObject>("/v1/projects/wire"))!["settled"]!.GetValue<bool>() && project["models"]![0]!["production"]!.GetValue<int>() == 2;
        });
        Assert.All(project!["models"]![0]!["serving"]!.AsArray(), s => Assert.Equal(2, s!["version"]!.GetValue<int>()));
        Assert.Contains((await _http.GetFromJsonAsync<JsonArray>("/v1/events?project=wire"))!, e => e!["kind"]!.GetValue<string>() == "canary" && e["message"]!.GetValue<string>().Contains("proved itself", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Code_OfOnesOwn_TrainsInEveryCloudByTheSameContract()
    {
        var script = "set -e\ncat \"$SM_CHANNEL_TRAIN\"/* > \"$SM_MODEL_DIR/rows.csv\"\necho hello > \"$SM_MODEL_DIR/model.onnx\"\necho \"train:lines=$(cat \"$SM_CHANNEL_TRAIN\"/* | wc -l)\"\n[ \"$1 $2\" = \"--depth 3\" ]\n";
        var pack = Pack("train.sh", script);
        var digest = Convert.ToHexStringLower(SHA256.HashData(pack));
        Assert.True((await _http.PutAsync($"/v1/artifacts/{digest}", new ByteArrayContent(pack))).IsSuccessStatusCode);
        var manifest = JsonNode.Parse(await ManifestAsync())!.AsObject();
        manifest["models"] = new JsonObject(Serving.Select(cloud => KeyValuePair.Create(cloud, (JsonNode?)new JsonObject
        {
            ["training"] = new JsonObject { ["code"] = new JsonObject { ["path"] = "code", ["entry"] = "train.sh", ["sha256"] = digest }, ["data"] = new JsonObject { ["train"] = "rows" }, ["hyperParameters"] = new JsonObject { ["depth"] = "3" }, ["clouds"] = new JsonArray(cloud), ["maxAttempts"] = 1 },
        })));
        // What the code of one model leaves is what another is trained on.
        manifest["data"]!["left"] = new JsonObject { ["from"] = "gcp", ["file"] = "rows.csv" };
        manifest["models"]!["line"] = new JsonObject { ["training"] = new JsonObject { ["algorithm"] = "linear", ["task"] = "regression", ["label"] = "y", ["data"] = new JsonObject { ["train"] = "left" }, ["clouds"] = new JsonArray("onprem") } };
        using var applied = await PutAsync(manifest.ToJsonString(), Guid.NewGuid().ToString("n"));
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        JsonObject? project = null;
        await Lab.UntilAsync(async () => (project = await _http.GetFromJsonAsync<JsonObject>("/v1/projects/wire"))!["models"]!.AsArray() is { Count: 5 } all && all.All(m => m!["training"]?["phase"]!.GetValue<string>() is "Done" or "Failed"));
        foreach (var model in project!["models"]!.AsArray())
        {
            Assert.True(model!["training"]!["phase"]!.GetValue<string>() == "Done", $"{model["model"]}: {model["training"]!["reason"]}");
            if (model["model"]!.GetValue<string>() != "line") Assert.Equal(41, model["training"]!["metrics"]!["train:lines"]!.GetValue<double>());
        }
    }

    private static byte[] Pack(string name, string content)
    {
        using var packed = new MemoryStream();
        using (var zipped = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new System.Formats.Tar.TarWriter(zipped))
            tar.WriteEntry(new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
        return packed.ToArray();
    }

    [Fact]
    public async Task OpenApi_OfTheControlPlane_DescribesItsRoutes()
    {
        var document = await _http.GetFromJsonAsync<JsonObject>("/openapi/v1.json");
        Assert.Contains("put", document!["paths"]!["/v1/projects/{name}"]!.AsObject().Select(p => p.Key));
        Assert.NotNull(document["components"]!["schemas"]!["Manifest"]);
    }

    [Fact]
    public async Task Plan_OfAFaultyManifest_NamesLineAndColumn()
    {
        using var refused = await _http.PostAsync("/v1/plans", new StringContent("name: x\nmodels:\n  m: { training: { task: guess } }\n"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("3:26 models.m.training.task", (await refused.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(e => e.Key));
    }

    private async Task<string> ManifestAsync()
    {
        var data = Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{2 * i}\n")));
        var digest = Convert.ToHexStringLower(SHA256.HashData(data));
        Assert.True((await _http.PutAsync($"/v1/artifacts/{digest}", new ByteArrayContent(data))).IsSuccessStatusCode);
        return new JsonObject
        {
            ["name"] = "wire",
            ["team"] = "research",
            ["data"] = new JsonObject { ["rows"] = new JsonObject { ["path"] = "rows.csv", ["sha256"] = digest } },
            ["models"] = new JsonObject
            {
                ["line"] = new JsonObject
                {
                    ["training"] = new JsonObject { ["algorithm"] = "linear", ["task"] = "regression", ["label"] = "y", ["data"] = new JsonObject { ["train"] = "rows" }, ["resources"] = new JsonObject { ["vcpu"] = 4, ["memoryGib"] = 15 }, ["clouds"] = new JsonArray("aws", "gcp", "azure") },
                    ["service"] = new JsonObject { ["clouds"] = new JsonArray("aws", "gcp", "azure", "onprem"), ["resources"] = new JsonObject { ["vcpu"] = 2, ["memoryGib"] = 2 } },
                },
            },
        }.ToJsonString();
    }

    private Task<HttpResponseMessage> PutAsync(string json, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, "/v1/projects/wire") { Content = new StringContent(json) };
        request.Headers.Add("Idempotency-Key", key);
        return _http.SendAsync(request);
    }

    private async Task<JsonObject> SettledAsync()
    {
        JsonObject? project = null;
        try
        {
            await Lab.UntilAsync(async () => (project = await _http.GetFromJsonAsync<JsonObject>("/v1/projects/wire"))!["settled"]!.GetValue<bool>());
        }
        catch (OperationCanceledException) { Assert.Fail($"It did not settle: {project}"); }
        return project!;
    }
}
