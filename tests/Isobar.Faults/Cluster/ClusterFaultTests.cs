using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;

namespace Isobar.Faults.Cluster;

/// <summary>Servers that share a control plane over PostgreSQL, and two clouds that all reach: one server is killed, then the database, then a server and a cloud.</summary>
public sealed class ClusterFaultTests
{
    private const int Rows = 20_000, Rounds = 2400, BatchRows = 20_000;

    [Fact]
    public async Task Cluster_SiloKilledAndDatabaseRestarted_GoesOnAndLosesNothing()
    {
        await using var lab = await ClusterLab.StartAsync();
        var silos = lab.Silos;

        // 1. What one silo is told, the other knows: the project, its files, its service, its keys.
        await lab.ApplyAsync(silos[0], ClusterLab.Points(40, 2));
        var first = await lab.SettledAsync(silos[1], revision: 1);
        Assert.Equal("10", await lab.AskAsync(silos[0]));
        Assert.Equal("10", await lab.AskAsync(silos[1]));

        // Who shows no certificate of the cluster is not heard by its silos, in plain words or in TLS.
        var address = (await lab.GetAsync(silos[0], "/v1/cluster"))["silo"]!.GetValue<string>();
        Assert.False(await IsHeardAsync(address, encrypted: false));
        Assert.False(await IsHeardAsync(address, encrypted: true));

        // 2. The silo that looks after the project is killed under load. The other one serves on without a failure, and goes on with the work.
        var owner = await lab.OwnerAsync(silos);
        var other = silos[1 - owner];
        using var stop = new CancellationTokenSource();
        var load = lab.LoadAsync(other, stop.Token);
        var batch = await lab.BatchAsync(silos[owner], BatchRows);
        await Lab.UntilAsync(() => lab.GetAsync(other, $"/v1/batches/{batch}").Result["parts"]!.AsArray().Any(p => p!["phase"]!.GetValue<string>() != "Planned"), "The batch is under way");
        await lab.ApplyAsync(silos[owner], ClusterLab.Points(40, 3));
        Assert.Equal("Running", (await lab.GetAsync(other, $"/v1/batches/{batch}"))["phase"]!.GetValue<string>());
        await silos[owner].KillAsync();
        var watch = Stopwatch.StartNew();
        var second = await lab.SettledAsync(other, revision: 2);
        var recovery = watch.Elapsed;
        Assert.Equal("15", await lab.AskAsync(other));
        Assert.NotEqual(ClusterLab.Job(first), ClusterLab.Job(second));
        Assert.Equal(0, await lab.OwnerAsync([other]));

        // Its batch goes on there as well: every row is predicted, once and in its place, by the version that was asked for.
        Assert.Equal(Enumerable.Range(0, BatchRows).Select(i => 2L * i), (await lab.PredictedAsync(other, batch)).Select(l => (long)Math.Round(double.Parse(l.Split(',')[0], CultureInfo.InvariantCulture))));

        // 3. What is taken away in a cloud is mended by the survivor.
        Lab.Ok(await lab.Clouds[0].Cloud.Serving.DeleteAsync("pair-line"));
        await Lab.UntilAsync(() => lab.Clouds[0].Cloud.Serving.GetAsync("pair-line").Result.IsOk, "The endpoint is there again");

        // 4. The database breaks and comes back: no request is lost, and a change that is made meanwhile is kept.
        await lab.Postgres.BreakAsync();
        var waiting = lab.ApplyAsync(other, ClusterLab.Points(40, 4));
        await Task.Delay(TimeSpan.FromSeconds(2));
        await lab.Postgres.StartAgainAsync();
        watch.Restart();
        await waiting;
        await lab.SettledAsync(other, revision: 3);
        var restart = watch.Elapsed;
        Assert.Equal("20", await lab.AskAsync(other));
        await stop.CancelAsync();
        var (requests, failures) = await load;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"silo killed: the new version serves after {recovery.TotalSeconds:0.0} s; database restarted: after {restart.TotalSeconds:0.0} s; {requests} requests, {failures.Count} failed"));
        Assert.True(requests > 200, $"{requests} requests");
        Assert.Empty(failures);

        // 5. The budget's spending, the versions and the audit log are whole.
        Assert.Equal([3, 2, 1], (await lab.GetAsync(other, "/v1/models/pair")).AsArray().Select(v => v!["number"]!.GetValue<int>()));
        Assert.True((await lab.GetAsync(other, "/v1/audit/verify"))["intact"]!.GetValue<bool>());
        Assert.True((await lab.GetAsync(other, "/v1/costs"))["budgets"]![0]!["spent"]!.GetValue<decimal>() > 0);

        // 6. A silo that comes back joins again and takes part.
        var back = await lab.JoinAsync(owner);
        Assert.Equal("20", await lab.AskAsync(back));
        await Lab.UntilAsync(() => lab.GetAsync(back, "/v1/cluster").Result["silos"]!.AsArray().Count(s => s!["status"]!.GetValue<string>() == "Active") == 2, "Two silos are active");
    }

    [Fact]
    public async Task Cluster_SiloAndCloudKilledInTraining_GoesOnFromTheCheckpoint()
    {
        await using var lab = await ClusterLab.StartAsync();
        // 1. A training of many rounds, whose checkpoints the silo brings home while it runs.
        await lab.ApplyAsync(lab.Silos[0], ClusterLab.Points(Rows, 2), "boosted-trees", new JsonObject { ["rounds"] = Rounds.ToString(CultureInfo.InvariantCulture) });
        var owner = await lab.OwnerAsync(lab.Silos);
        var other = lab.Silos[1 - owner];
        var kept = 0;
        await Lab.UntilAsync(() => (kept = RoundsKeptAsync(lab).Result) > 0, "A checkpoint lies in the database");
        var before = (await lab.GetAsync(other, "/v1/projects/pair"))["models"]![0]!["training"]!;

        // 2. The silo and the job's cloud are killed at the same time: what the survivor knows of the job, it knows from the database.
        await Task.WhenAll(lab.Silos[owner].KillAsync(), lab.Clouds[before["cloud"]!.GetValue<string>() == "aws-a" ? 0 : 1].KillAsync());
        kept = await RoundsKeptAsync(lab);
        var watch = Stopwatch.StartNew();
        JsonNode? line = null;
        await Lab.UntilAsync(() => (line = lab.GetAsync(other, "/v1/logs?project=pair&contains=checkpoint%20of%20round").Result["lines"]!.AsArray().FirstOrDefault()) is not null, "The job goes on");
        var resumed = int.Parse(line!["text"]!.GetValue<string>().Split(' ')[^1].TrimEnd('.'), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"silo and cloud killed: the training goes on after {watch.Elapsed.TotalSeconds:0.0} s from round {resumed} of {Rounds}"));
        Assert.Equal(kept, resumed);
        Assert.True(resumed < Rounds);
        Assert.Equal(2, Attempt(await lab.GetAsync(other, "/v1/projects/pair")));

        // 3. It ends, and what was kept for it is dropped.
        await Lab.UntilAsync(() => lab.GetAsync(other, "/v1/models/pair").Result.AsArray().Count == 1, "The model is trained");
        await Lab.UntilAsync(() => RoundsKeptAsync(lab).Result == 0, "No checkpoint is left");
    }

    // Whether a silo answers, or waits for more: one that ends the connection has heard enough.
    private static async Task<bool> IsHeardAsync(string address, bool encrypted)
    {
        var port = IPEndPoint.Parse(address.Split('@')[0]);
        using var client = new TcpClient();
        await client.ConnectAsync(port);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            Stream stream = client.GetStream();
            if (encrypted)
            {
                var tls = new SslStream(stream, false, (_, _, _, _) => true);
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "isobar-silo" }, limit.Token);
                Assert.Equal("CN=isobar-silo", tls.RemoteCertificate!.Subject);
                stream = tls;
            }
            await stream.WriteAsync("Orleans, are you there?\n"u8.ToArray(), limit.Token);
            return await stream.ReadAsync(new byte[1], limit.Token) > 0;
        }
        catch (Exception e) when (e is IOException or AuthenticationException) { return false; }
        catch (OperationCanceledException) { return true; }
    }

    private static int Attempt(JsonNode project) => project["models"]![0]!["training"]!["attempt"]!.GetValue<int>();

    // A tree a round: the checkpoint is LightGBM's own text.
    private static async Task<int> RoundsKeptAsync(ClusterLab lab)
    {
        await using var connection = new NpgsqlConnection(lab.Postgres.Connection);
        await connection.OpenAsync();
        await using var read = new NpgsqlCommand("SELECT body FROM files WHERE name LIKE 'checkpoints/pair/line/%' ORDER BY name, part", connection);
        await using var rows = await read.ExecuteReaderAsync();
        var text = new StringBuilder();
        while (await rows.ReadAsync()) text.Append(Encoding.UTF8.GetString((byte[])rows[0]));
        return text.ToString().Split("\nTree=").Length - 1;
    }
}
