using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Isobar.Faults.Cluster;

/// <summary>Servers that share a control plane over PostgreSQL, and two clouds that all of them reach.</summary>
internal sealed class ClusterLab : IAsyncDisposable
{
    private const string Secret = "ISOBAR_CLUSTER_TEST_SECRET";
    private static readonly string[] Names = ["aws-a", "aws-b"];
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-cluster-").FullName;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(1) };
    private readonly List<ChildServer> _started = [];

    private ClusterLab(PostgresServer postgres) => Postgres = postgres;

    public PostgresServer Postgres { get; }

    /// <summary>The clouds, each a server of its own.</summary>
    public IReadOnlyList<ChildServer> Clouds => [.. _started.Take(Names.Length)];

    /// <summary>The members of the cluster.</summary>
    public List<ChildServer> Silos { get; } = [];

    public HttpClient Http => _http;

    public static async Task<ClusterLab> StartAsync(int silos = 2)
    {
        Assert.SkipWhen(PostgresServer.Programs is null, "PostgreSQL is not installed (Debian: postgresql).");
        Environment.SetEnvironmentVariable(Secret, "test");
        var lab = new ClusterLab(await PostgresServer.StartAsync());
        var clouds = new JsonArray();
        foreach (var name in Names)
        {
            var cloud = await lab.StartAsync(name);
            clouds.Add(new JsonObject { ["name"] = name, ["kind"] = "aws", ["endpoint"] = cloud.Aws, ["meter"] = cloud.Control, ["accessKeyIdFrom"] = Secret, ["secretAccessKeyFrom"] = Secret });
        }
        for (var i = 0; i < silos; i++)
        {
            Directory.CreateDirectory(lab.Folder(i));
            await File.WriteAllTextAsync(Path.Combine(lab.Folder(i), "clouds.json"), new JsonObject { ["local"] = false, ["clouds"] = clouds.DeepClone() }.ToJsonString());
            lab.Silos.Add(await lab.JoinAsync(i));
        }
        return lab;
    }

    /// <summary>Starts a silo, for the first time or again.</summary>
    public Task<ChildServer> JoinAsync(int silo) => StartAsync(Path.GetFileName(Folder(silo)), "--cluster", Postgres.Connection, "--silo-port", "0");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        foreach (var server in _started) await server.DisposeAsync();
        await Postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What a silo wrote into its log.</summary>
    public Task<string[]> LogAsync(int silo) => File.ReadAllLinesAsync(Path.Combine(Folder(silo), "server.log"));

    private string Folder(int silo) => Path.Combine(_folder, $"silo-{(char)('a' + silo)}");

    private async Task<ChildServer> StartAsync(string name, params string[] options)
    {
        var server = await ChildServer.StartAsync(Path.Combine(_folder, name), null, options);
        _started.Add(server);
        return server;
    }

    public static byte[] Points(int count, int slope) => Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"{i},{slope * i}\n")));

    public async Task ApplyAsync(ChildServer silo, byte[] data, string algorithm = "linear", JsonObject? values = null, Action<JsonObject>? change = null)
    {
        var digest = await UploadAsync(silo, data);
        var manifest = new JsonObject
        {
            ["name"] = "pair",
            ["data"] = new JsonObject { ["rows"] = new JsonObject { ["path"] = "rows.csv", ["sha256"] = digest } },
            ["budget"] = new JsonObject { ["monthly"] = 1000 },
            ["models"] = new JsonObject
            {
                ["line"] = new JsonObject
                {
                    ["training"] = new JsonObject { ["algorithm"] = algorithm, ["task"] = "regression", ["label"] = "y", ["hyperParameters"] = values ?? [], ["data"] = new JsonObject { ["train"] = "rows" }, ["clouds"] = new JsonArray("aws-a", "aws-b") },
                    ["service"] = new JsonObject { ["clouds"] = new JsonArray("aws-a", "aws-b") },
                },
            },
        };
        change?.Invoke(manifest);
        using var applied = await _http.PutAsync($"{silo.Control}/v1/projects/pair", new StringContent(manifest.ToJsonString()));
        Assert.True(applied.StatusCode == HttpStatusCode.OK, await applied.Content.ReadAsStringAsync());
    }

    /// <summary>Begins to predict rows over both clouds; gives the batch's id.</summary>
    public async Task<string> BatchAsync(ChildServer silo, int rows)
    {
        var request = new JsonObject { ["project"] = "pair", ["model"] = "line", ["sha256"] = await UploadAsync(silo, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, rows).Select(i => $"{i}\n")))) };
        using var begun = await _http.PostAsync($"{silo.Control}/v1/batches", new StringContent(request.ToJsonString(), Encoding.UTF8, "application/json"));
        Assert.True(begun.StatusCode == HttpStatusCode.Accepted, await begun.Content.ReadAsStringAsync());
        return JsonNode.Parse(await begun.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();
    }

    /// <summary>The predictions of a batch once it is done, one a row.</summary>
    public async Task<string[]> PredictedAsync(ChildServer silo, string batch)
    {
        JsonNode? work = null;
        await Lab.UntilAsync(() => (work = GetAsync(silo, $"/v1/batches/{batch}").Result)["phase"]!.GetValue<string>() is "Done" or "Failed", "The batch ends");
        Assert.True(work!["phase"]!.GetValue<string>() == "Done", work.ToString());
        return (await _http.GetStringAsync($"{silo.Control}/v1/batches/{batch}/result")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<string> UploadAsync(ChildServer silo, byte[] data)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(data));
        using var stored = await _http.PutAsync($"{silo.Control}/v1/artifacts/{digest}", new ByteArrayContent(data));
        Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());
        return digest;
    }

    public async Task<JsonNode> SettledAsync(ChildServer silo, int revision)
    {
        JsonNode? project = null;
        await Lab.UntilAsync(() => (project = GetAsync(silo, "/v1/projects/pair").Result)["settled"]!.GetValue<bool>() && project["revision"]!.GetValue<int>() == revision, $"Revision {revision} has settled: {project}");
        return project!;
    }

    public static string Job(JsonNode project) => project["models"]![0]!["training"]!["job"]!.GetValue<string>();

    /// <summary>The silo that looks after the project.</summary>
    public async Task<int> OwnerAsync(IReadOnlyList<ChildServer> silos)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromMinutes(1); await Task.Delay(100))
            for (var i = 0; i < silos.Count; i++)
                if ((await GetAsync(silos[i], "/v1/cluster"))["projects"]!.AsArray().Any(p => p!.GetValue<string>() == "pair")) return i;
        Assert.Fail("Nobody looks after the project.");
        return -1;
    }

    public async Task<JsonNode> GetAsync(ChildServer silo, string path) => (await _http.GetFromJsonAsync<JsonNode>(silo.Control + path))!;

    public async Task<string> AskAsync(ChildServer silo)
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

    public async Task<(int Requests, List<string> Failures)> LoadAsync(ChildServer silo, CancellationToken stop)
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
