using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Isobar.Faults.Cluster;

/// <summary>Two servers that share a control plane over PostgreSQL, and two clouds that both reach: one server is killed, then the database.</summary>
public sealed class ClusterFaultTests : IAsyncDisposable
{
    private const string Secret = "ISOBAR_CLUSTER_TEST_SECRET";
    private static readonly string[] Clouds = ["aws-a", "aws-b"];
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-cluster-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly List<ChildServer> _started = [];
    private PostgresServer? _postgres;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var server in _started) await server.DisposeAsync();
        if (_postgres is not null) await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Cluster_SiloKilledAndDatabaseRestarted_GoesOnAndLosesNothing()
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed (Debian: postgresql).");
        Environment.SetEnvironmentVariable(Secret, "test");
        _postgres = await PostgresServer.StartAsync();
        var clouds = new JsonArray();
        foreach (var name in Clouds)
        {
            var cloud = await StartAsync(name);
            clouds.Add(new JsonObject { ["name"] = name, ["kind"] = "aws", ["endpoint"] = cloud.Aws, ["meter"] = cloud.Control, ["accessKeyIdFrom"] = Secret, ["secretAccessKeyFrom"] = Secret });
        }
        var silos = new List<ChildServer>();
        foreach (var name in new[] { "silo-a", "silo-b" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, name));
            await File.WriteAllTextAsync(Path.Combine(_folder, name, "clouds.json"), new JsonObject { ["local"] = false, ["clouds"] = clouds.DeepClone() }.ToJsonString());
            silos.Add(await StartAsync(name, "--cluster", _postgres.Connection, "--silo-port", "0"));
        }

        // 1. What one silo is told, the other knows: the project, its files, its service, its keys.
        await ApplyAsync(silos[0], Points(40, 2));
        var first = await SettledAsync(silos[1], revision: 1);
        Assert.Equal("10", await AskAsync(silos[0]));
        Assert.Equal("10", await AskAsync(silos[1]));

        // 2. The silo that looks after the project is killed under load. The other one serves on without a failure, and goes on with the work.
        var owner = await OwnerAsync(silos);
        var other = silos[1 - owner];
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(other, stop.Token);
        await ApplyAsync(silos[owner], Points(40, 3));
        await silos[owner].KillAsync();
        var watch = Stopwatch.StartNew();
        var second = await SettledAsync(other, revision: 2);
        var recovery = watch.Elapsed;
        Assert.Equal("15", await AskAsync(other));
        Assert.NotEqual(Job(first), Job(second));
        Assert.Equal(0, await OwnerAsync([other]));

        // 3. What is taken away in a cloud is mended by the survivor.
        Lab.Ok(await _started[0].Cloud.Serving.DeleteAsync("pair-line"));
        await Lab.UntilAsync(() => _started[0].Cloud.Serving.GetAsync("pair-line").Result.IsOk, "The endpoint is there again");

        // 4. The database breaks and comes back: no request is lost, and a change that is made meanwhile is kept.
        await _postgres.BreakAsync();
        var waiting = ApplyAsync(other, Points(40, 4), digestKnown: false);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await _postgres.StartAgainAsync();
        watch.Restart();
        await waiting;
        await SettledAsync(other, revision: 3);
        var restart = watch.Elapsed;
        Assert.Equal("20", await AskAsync(other));
        await stop.CancelAsync();
        var (requests, failures) = await load;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"silo killed: the new version serves after {recovery.TotalSeconds:0.0} s; database restarted: after {restart.TotalSeconds:0.0} s; {requests} requests, {failures.Count} failed"));
        Assert.True(requests > 200, $"{requests} requests");
        Assert.Empty(failures);

        // 5. The budget's spending, the versions and the audit log are whole.
        Assert.Equal([3, 2, 1], (await GetAsync(other, "/v1/models/pair")).AsArray().Select(v => v!["number"]!.GetValue<int>()));
        Assert.True((await GetAsync(other, "/v1/audit/verify"))["intact"]!.GetValue<bool>());
        Assert.True((await GetAsync(other, "/v1/costs"))["budgets"]![0]!["spent"]!.GetValue<decimal>() > 0);

        // 6. A silo that comes back joins again and takes part.
        var back = await StartAsync(Path.GetFileName(owner == 0 ? "silo-a" : "silo-b"), "--cluster", _postgres.Connection, "--silo-port", "0");
        Assert.Equal("20", await AskAsync(back));
        await Lab.UntilAsync(() => GetAsync(back, "/v1/cluster").Result["silos"]!.AsArray().Count(s => s!["status"]!.GetValue<string>() == "Active") == 2, "Two silos are active");
    }

    private async Task<ChildServer> StartAsync(string name, params string[] options)
    {
        var server = await ChildServer.StartAsync(Path.Combine(_folder, name), null, options);
        _started.Add(server);
        return server;
    }

    private static byte[] Points(int count, int slope) => Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"{i},{slope * i}\n")));

    private async Task ApplyAsync(ChildServer silo, byte[] data, bool digestKnown = true)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(data));
        using var stored = await _http.PutAsync($"{silo.Control}/v1/artifacts/{digest}", new ByteArrayContent(data));
        Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());
        var manifest = new JsonObject
        {
            ["name"] = "pair",
            ["data"] = new JsonObject { ["rows"] = new JsonObject { ["path"] = "rows.csv", ["sha256"] = digest } },
            ["budget"] = new JsonObject { ["monthly"] = 1000 },
            ["models"] = new JsonObject
            {
                ["line"] = new JsonObject
                {
                    ["training"] = new JsonObject { ["algorithm"] = "linear", ["task"] = "regression", ["label"] = "y", ["data"] = new JsonObject { ["train"] = "rows" }, ["clouds"] = new JsonArray("aws-a", "aws-b") },
                    ["service"] = new JsonObject { ["clouds"] = new JsonArray("aws-a", "aws-b") },
                },
            },
        };
        using var applied = await _http.PutAsync($"{silo.Control}/v1/projects/pair", new StringContent(manifest.ToJsonString()));
        Assert.True(applied.StatusCode == HttpStatusCode.OK, await applied.Content.ReadAsStringAsync());
    }

    private async Task<JsonNode> SettledAsync(ChildServer silo, int revision)
    {
        JsonNode? project = null;
        await Lab.UntilAsync(() => (project = GetAsync(silo, "/v1/projects/pair").Result)["settled"]!.GetValue<bool>() && project["revision"]!.GetValue<int>() == revision, $"Revision {revision} has settled: {project}");
        return project!;
    }

    private static string Job(JsonNode project) => project["models"]![0]!["training"]!["job"]!.GetValue<string>();

    private async Task<int> OwnerAsync(List<ChildServer> silos)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(100))
            for (var i = 0; i < silos.Count; i++)
                if ((await GetAsync(silos[i], "/v1/cluster"))["projects"]!.AsArray().Any(p => p!.GetValue<string>() == "pair")) return i;
        Assert.Fail("Nobody looks after the project.");
        return -1;
    }

    private async Task<JsonNode> GetAsync(ChildServer silo, string path) => (await _http.GetFromJsonAsync<JsonNode>(silo.Control + path))!;

    private async Task<string> AskAsync(ChildServer silo)
    {
        // A silo hears of a service when it is written, not when somebody else has settled it.
        for (var watch = Stopwatch.StartNew(); ; await Task.Delay(50))
        {
            using var reply = await _http.PostAsync($"{silo.Control}/endpoints/pair-line/invocations", new StringContent("5\n", Encoding.UTF8, "text/csv"));
            var text = await reply.Content.ReadAsStringAsync();
            if (reply.IsSuccessStatusCode) return Math.Round(JsonNode.Parse(text)!["predictions"]![0]!["score"]!.GetValue<double>()).ToString(CultureInfo.InvariantCulture);
            if (reply.StatusCode != HttpStatusCode.NotFound || watch.Elapsed > TimeSpan.FromSeconds(10)) Assert.Fail($"{(int)reply.StatusCode} {text}");
        }
    }

    private async Task<(int Requests, List<string> Failures)> LoadAsync(ChildServer silo, CancellationToken stop)
    {
        var (requests, failures) = (0, new List<string>());
        while (!stop.IsCancellationRequested)
        {
            requests++;
            try
            {
                using var reply = await _http.PostAsync($"{silo.Control}/endpoints/pair-line/invocations", new StringContent("5\n", Encoding.UTF8, "text/csv"), CancellationToken.None);
                if (!reply.IsSuccessStatusCode) failures.Add($"{(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync(CancellationToken.None)}");
            }
            catch (HttpRequestException e) { failures.Add(e.Message); }
            await Task.Delay(10, CancellationToken.None);
        }
        return (requests, failures);
    }
}
