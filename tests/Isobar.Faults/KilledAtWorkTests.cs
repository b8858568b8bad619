using System.Collections.Concurrent;
using Isobar.Core.Capabilities;

namespace Isobar.Faults;

/// <summary>The server is killed while it trains, transforms and answers, again and again on the same data: every job that was taken ends, and endpoints answer as before.</summary>
public sealed class KilledAtWorkTests : IDisposable
{
    private const int Rounds = 3;
    private const string Row = "Torgersen,39.1,18.7,181,3750,male";
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-at-work-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Work_ServerKilledInTheMiddle_IsTakenUpAndEnds()
    {
        var jobs = new ConcurrentDictionary<string, byte>();
        var batches = new ConcurrentDictionary<string, byte>();
        string answer, wanted;
        await using (var first = await ChildServer.StartAsync(Data))
        {
            await Lab.UploadPenguinsAsync(first.Cloud);
            var rows = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "penguins.csv")).Skip(1).Select(r => string.Join(',', r.Split(',').Skip(1)));
            await Lab.UploadAsync(first.Cloud, "rows/penguins.csv", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Repeat(rows, 300).SelectMany(r => r)) + "\n"));
            Lab.Ok(await first.Cloud.Training.StartAsync(Lab.Order("seed")));
            var seed = await Lab.FinalAsync(first.Cloud, "seed");
            Assert.True(seed.State == RunState.Completed, seed.Reason);
            var deployed = await Lab.DeployAsync(first.Cloud, "steady", seed.Model!, "boosted-trees");
            Assert.True(deployed.State == DeploymentState.InService, deployed.Reason);
            answer = await Lab.PredictAsync(first.Cloud, "steady", Row);
            Lab.Ok(await first.Cloud.Batch.StartAsync(Batch("whole")));
            Assert.Equal(RunState.Completed, (await Lab.UntilAsync(() => first.Cloud.Batch.GetAsync("whole"), b => b.IsFinal)).State);
            wanted = await Lab.TextAsync(first.Cloud, "out/whole/penguins.csv.out");
        }

        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await ChildServer.StartAsync(Data);
            await StandsAsync(server.Cloud, jobs.Keys, batches.Keys, answer);
            var batch = $"batch-{round}";
            Lab.Ok(await server.Cloud.Batch.StartAsync(Batch(batch)));
            batches[batch] = 0;
            var (cloud, number) = (server.Cloud, round);
            using var stop = new CancellationTokenSource();
            var load = Task.Run(async () =>
            {
                for (var i = 0; i < 6; i++)
                {
                    var name = $"job-{number}-{i}";
                    try
                    {
                        if ((await cloud.Training.StartAsync(Lab.Order(name, ("rounds", "200")), stop.Token)).IsOk) jobs[name] = 0;
                        await cloud.Serving.PredictAsync("steady", new(System.Text.Encoding.UTF8.GetBytes(Row)), stop.Token);
                    }
                    // Our client would go on trying for as long as the server may need to come back.
                    catch (Exception e) when (e is HttpRequestException or OperationCanceledException) { return; }
                }
            });
            // At another point of the work in each round, but never before any job was taken.
            var taken = jobs.Count;
            await Lab.UntilAsync(() => jobs.Count > taken || load.IsCompleted, "A job is taken");
            await Task.Delay(500 * round);
            await server.KillAsync();
            await stop.CancelAsync();
            await load;
        }

        await using var last = await ChildServer.StartAsync(Data);
        await StandsAsync(last.Cloud, jobs.Keys, batches.Keys, answer);
        Assert.NotEmpty(jobs);
        foreach (var job in jobs.Keys)
        {
            var run = await Lab.FinalAsync(last.Cloud, job);
            // Killed in each of three attempts, a job is given up with that reason; any other end is a lost one.
            Assert.True(run.State == RunState.Completed || run.Reason?.Contains("the server was killed", StringComparison.Ordinal) == true, $"{job}: {run.State} {run.Reason}");
        }
        foreach (var batch in batches.Keys)
        {
            var run = await Lab.UntilAsync(() => last.Cloud.Batch.GetAsync(batch), b => b.IsFinal);
            Assert.True(run.State == RunState.Completed, run.Reason);
            // No record twice, none lost.
            Assert.Equal(wanted, await Lab.TextAsync(last.Cloud, $"out/{batch}/penguins.csv.out"));
        }
        await last.KillAsync();
        await Lab.UntilAsync(() => Lab.Processes(Data).Count == 0, "The children of a killed server end with it");
    }

    private static async Task StandsAsync(ICloud cloud, IEnumerable<string> jobs, IEnumerable<string> batches, string answer)
    {
        foreach (var job in jobs) Lab.Ok(await cloud.Training.GetAsync(job));
        foreach (var batch in batches) Lab.Ok(await cloud.Batch.GetAsync(batch));
        Assert.Equal(DeploymentState.InService, (await Lab.SettledAsync(cloud, "steady")).State);
        Assert.Equal(answer, await Lab.PredictAsync(cloud, "steady", Row));
    }

    private static BatchOrder Batch(string name) => new(name, "steady", new(Lab.Bucket, "rows/penguins.csv"), new(Lab.Bucket, $"out/{name}")) { Accept = "text/csv" };
}
