using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Dashboard.Tests.Harness;
using Isobar.MultiCloud.Clouds;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Dashboard.Tests.Filled;

/// <summary>A project with everything that pages can show: a version in production and one on trial, objectives of which one is missed, a batch over two clouds, and a job that runs.</summary>
public sealed class FilledProject(DashboardFixture fixture) : IAsyncLifetime
{
    public const string Name = "filled", Service = "filled-species";
    private const int Labelled = 5;
    private const string Row = "Torgersen,39.1,18.7,181,3750,male\n";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
    private readonly HttpClient _http = new() { BaseAddress = new Uri(fixture.Address) };
    private readonly CancellationTokenSource _end = new();
    private Task _load = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        await fixture.Scenery.ApplyAsync(Name, spot: false, m => Wish(m, seed: 0));
        await fixture.Scenery.UntilAsync($"/v1/projects/{Name}", p => p["settled"]!.GetValue<bool>());
        _load = LoadAsync();
        await LabelAsync();
        await fixture.Scenery.UntilAsync("/v1/monitoring?project=" + Name, w => w.AsArray() is { Count: > 0 } watches && watches.All(s => s!["phase"]!.GetValue<string>() == "Done"));
        using (var asked = await _http.PostAsync(new Uri($"/v1/monitoring/{Name}/{Scenery.Model}/runs", UriKind.Relative), null)) asked.EnsureSuccessStatusCode();
        await fixture.Scenery.UntilAsync("/v1/monitoring?project=" + Name, w => w.AsArray().All(s => s!["runs"] is JsonArray runs && runs.Any(r => r!["drifted"] is not null)));
        await fixture.Scenery.ApplyAsync(Name, spot: false, m => Wish(m, seed: 5));
        var batch = await BatchAsync();
        await fixture.Scenery.UntilAsync("/v1/services/" + Service, s => s["canary"] is not null);
        await fixture.Scenery.UntilAsync($"/v1/batches/{batch}", b => b["phase"]!.GetValue<string>() == "Done");
        // Nothing is answered within a microsecond.
        await fixture.Scenery.UntilAsync("/v1/objectives", o => o.AsArray().Any(s => s!["project"]!.GetValue<string>() == Name && s["burning"] is not null));

        static void Wish(JsonObject model, int seed)
        {
            model["training"]!["seed"] = seed;
            model["promotion"] = new JsonObject { ["automatic"] = true, ["gates"] = new JsonArray(new JsonObject { ["metric"] = "validation:accuracy", ["atLeast"] = 0.9 }) };
            model["service"] = new JsonObject
            {
                ["clouds"] = new JsonArray("aws", "azure"),
                // It is watched for longer than any test lasts.
                ["canary"] = new JsonObject { ["percent"] = 30, ["minutes"] = 600, ["requests"] = 1_000_000 },
                ["monitoring"] = new JsonObject { ["everyHours"] = 1, ["capturePercent"] = 100, ["quality"] = new JsonObject { ["metric"] = "accuracy", ["atLeast"] = 0.9, ["least"] = Labelled } },
                ["objectives"] = new JsonObject { ["availability"] = 99, ["latencyMs"] = 0.001 },
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _load;
        _http.Dispose();
        _end.Dispose();
    }

    /// <summary>Starts a job in AWS that tells metrics and goes on until it is stopped.</summary>
    public async Task RunAsync(string job)
    {
        var aws = fixture.Server.Services.GetRequiredService<IClouds>().Find("aws")!.Cloud;
        await aws.Objects.EnsureBucketAsync("endless");
        using var pack = new MemoryStream();
        await using (var zip = new GZipStream(pack, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(zip))
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "train.sh") { DataStream = new MemoryStream("for i in 1 2 3 4 5; do echo \"[$i] train:loss=0.$((9 - i))\"; done\nexec sleep 600\n"u8.ToArray()) });
        pack.Position = 0;
        Assert.True((await aws.Objects.PutAsync(new("endless", "code.tar.gz"), pack)).IsOk);
        Assert.True((await aws.Objects.PutAsync(new("endless", "rows.csv"), new MemoryStream("x\n1\n"u8.ToArray()))).IsOk);
        var started = await aws.Training.StartAsync(new TrainingOrder { Name = job, Algorithm = "", Task = "", Code = new(new("endless", "code.tar.gz"), "train.sh"), Channels = new Dictionary<string, DataLocation> { ["train"] = new("endless", "rows.csv") }, Output = new("endless", "models/") });
        Assert.True(started.IsOk, started.Error?.Message);
    }

    private async Task<string> BatchAsync()
    {
        var rows = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Row, 40)));
        var digest = Convert.ToHexStringLower(SHA256.HashData(rows));
        using (var uploaded = await _http.PutAsync(new Uri($"/v1/artifacts/{digest}", UriKind.Relative), new ByteArrayContent(rows))) uploaded.EnsureSuccessStatusCode();
        using var begun = await _http.PostAsJsonAsync("/v1/batches", new { project = Name, model = Scenery.Model, sha256 = digest, clouds = new[] { "aws", "azure" } });
        Assert.True(begun.IsSuccessStatusCode, await begun.Content.ReadAsStringAsync());
        return (await begun.Content.ReadFromJsonAsync<JsonNode>())!["id"]!.GetValue<string>();
    }

    // The row is of an Adelie: by these labels the model is wrong each time.
    private async Task LabelAsync()
    {
        var labels = new List<object>();
        while (labels.Count < Labelled)
        {
            using var reply = await _http.PostAsync(new Uri($"/endpoints/{Service}/invocations", UriKind.Relative), new StringContent(Row, Encoding.UTF8, "text/csv"));
            if (reply.IsSuccessStatusCode && reply.Headers.TryGetValues("X-Isobar-Prediction", out var ids)) labels.Add(new { prediction = ids.First(), label = "Gentoo" });
            else await Task.Delay(Pause);
        }
        using var told = await _http.PostAsJsonAsync($"/v1/services/{Service}/labels", new { labels });
        Assert.True(told.IsSuccessStatusCode, await told.Content.ReadAsStringAsync());
    }

    private async Task LoadAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var reply = await _http.PostAsync(new Uri($"/endpoints/{Service}/invocations", UriKind.Relative), new StringContent(Row, Encoding.UTF8, "text/csv"), _end.Token);
                await Task.Delay(Pause, _end.Token);
            }
            catch (OperationCanceledException) { return; }
            catch (HttpRequestException) { /* What fails is counted by the gateway, whose pages are looked at. */ }
        }
    }
}
