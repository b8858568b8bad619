using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Server.Hosting;

namespace Isobar.Dashboard.Tests.Harness;

/// <summary>What the pages show: a project whose model was trained and waits for a word, and a service before two model servers.</summary>
public sealed class Scenery(IsobarServer server) : IAsyncDisposable
{
    public const string Project = "birds", Model = "species", Service = "shop";
    /// <summary>Trains; its machines have a spot price, so that there is advice.</summary>
    public const string Cloud = "gcp";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3), Poll = TimeSpan.FromMilliseconds(100), Pause = TimeSpan.FromMilliseconds(15);
    private readonly HttpClient _http = new() { BaseAddress = new Uri(server.Addresses.Control) };
    private readonly CancellationTokenSource _end = new();
    private Task _load = Task.CompletedTask;

    public ModelServer First { get; } = new();
    public ModelServer Second { get; } = new();

    /// <summary>The job that trained the first version.</summary>
    public string Job { get; private set; } = "";

    /// <summary>Requests of the load that were not answered.</summary>
    public int Failed { get; private set; }

    public async Task SetAsync()
    {
        await Task.WhenAll(First.StartAsync(), Second.StartAsync());
        await PutAsync($"/v1/services/{Service}", new JsonObject
        {
            ["backends"] = new JsonArray(new JsonObject { ["name"] = "first", ["url"] = $"{First.Address}/predict", ["weight"] = 2 }, new JsonObject { ["name"] = "second", ["url"] = $"{Second.Address}/predict", ["weight"] = 1 }),
            ["health"] = new JsonObject { ["everyMs"] = 500 },
        });
        _load = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => LoadAsync()));
        await ApplyAsync(Project, spot: false);
        Job = (await UntilAsync($"/v1/models/{Project}", v => v.AsArray().Count > 0))[0]!["lineage"]!["job"]!.GetValue<string>();
    }

    /// <summary>Applies a project that trains on Google Cloud, promotes nothing by itself, and serves from three clouds.</summary>
    /// <param name="model">Changes what the manifest says of the model.</param>
    public async Task ApplyAsync(string project, bool spot, Action<JsonObject>? model = null)
    {
        var penguins = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "penguins.csv"));
        var digest = Convert.ToHexStringLower(SHA256.HashData(penguins));
        using (var uploaded = await _http.PutAsync(new Uri($"/v1/artifacts/{digest}", UriKind.Relative), new ByteArrayContent(penguins))) uploaded.EnsureSuccessStatusCode();
        var manifest = new JsonObject
        {
            ["name"] = project,
            ["team"] = "research",
            ["tags"] = new JsonObject { ["env"] = "test" },
            ["data"] = new JsonObject { ["penguins"] = new JsonObject { ["path"] = "penguins.csv", ["sha256"] = digest } },
            ["models"] = new JsonObject
            {
                [Model] = new JsonObject
                {
                    ["training"] = new JsonObject { ["algorithm"] = "boosted-trees", ["task"] = "multiclass", ["label"] = "species", ["data"] = new JsonObject { ["train"] = "penguins", ["validation"] = "penguins" }, ["resources"] = new JsonObject { ["vcpu"] = 2, ["memoryGib"] = 8, ["hours"] = 1 }, ["clouds"] = new JsonArray(Cloud), ["spot"] = spot },
                    ["promotion"] = new JsonObject { ["automatic"] = false, ["gates"] = new JsonArray(new JsonObject { ["metric"] = "validation:accuracy", ["atLeast"] = 0.9 }) },
                    ["service"] = new JsonObject { ["clouds"] = new JsonArray("aws", "gcp", "azure"), ["traffic"] = new JsonObject { ["aws"] = 40, ["gcp"] = 30, ["azure"] = 30 } },
                },
            },
            ["budget"] = new JsonObject { ["monthly"] = 500, ["warnAt"] = 80 },
        };
        model?.Invoke(manifest["models"]![Model]!.AsObject());
        await PutAsync($"/v1/projects/{project}", manifest);
    }

    /// <summary>Reads the API until it says what is waited for.</summary>
    public async Task<JsonNode> UntilAsync(string path, Func<JsonNode, bool> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var read = (await _http.GetFromJsonAsync<JsonNode>(path, limit.Token))!;
            if (isSo(read)) return read;
            await Task.Delay(Poll, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _load;
        await First.DisposeAsync();
        await Second.DisposeAsync();
        _http.Dispose();
        _end.Dispose();
    }

    private async Task PutAsync(string path, JsonObject body)
    {
        using var reply = await _http.PutAsJsonAsync(path, body);
        Assert.True(reply.IsSuccessStatusCode, await reply.Content.ReadAsStringAsync());
    }

    private async Task LoadAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var reply = await _http.PostAsJsonAsync($"/v1/models/{Service}/predict", new { instances = new[] { new[] { 1, 2 } } }, _end.Token);
                if (!reply.IsSuccessStatusCode) Failed++;
                await Task.Delay(Pause, _end.Token);
            }
            catch (OperationCanceledException) { return; }
            catch (HttpRequestException) { Failed++; }
        }
    }
}
