using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Google;
using Isobar.Google.Client;
using Isobar.Server.Hosting;
using Isobar.Server.Usage;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli.Demo.Failover;

/// <summary>
/// The loss of a whole cloud under load. 1. Google Cloud runs as a process of its own, and a gateway that knows both clouds stands before them. 2. The model that was
/// trained on AWS is served by both. 3. One address answers for both. 4. Under a steady load Google Cloud is killed. 5. It is started again, and has its share of the
/// traffic again. 6. The bill, by cloud.
/// </summary>
internal sealed class FailoverScene(ServerAddresses aws, string folder, IDemoStage stage, TimeProvider time)
{
    public const string Title = "Kill a whole cloud under load: one address, two clouds, no failed request";
    private const string Model = "penguins-trees", Service = "penguins", Endpoint = "penguins-everywhere", Killed = "gcp";
    private const int Callers = 8, LeastRequests = 1000, LeastAnswers = 20;
    private const string Row = "Torgersen,39.1,18.7,181,3750,male", Species = "Adelie";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25), Before = TimeSpan.FromSeconds(1.5), Down = TimeSpan.FromSeconds(1), Poll = TimeSpan.FromMilliseconds(10), Limit = TimeSpan.FromSeconds(30);

    public async Task<Result<FailoverResult>> RunAsync(CancellationToken ct)
    {
        var began = time.GetUtcNow();
        // 1.
        await using var child = new ChildCloud(Directory.CreateDirectory(Path.Combine(folder, Killed)).FullName, time);
        if (await child.StartAsync(ct) is { } dead) return dead;
        await using var gateway = await StartGatewayAsync(child.Addresses, ct);
        stage.Say($"Google Cloud is the process {child.ProcessId} at {child.Addresses.Gcp};");
        stage.Say($"the gateway is {gateway.Addresses.Control}");

        // 2.
        await using var first = Session.Connect(aws.Aws);
        await using var second = new ServiceCollection().AddLogging().AddGoogleCloud(Google(child.Addresses)).BuildServiceProvider();
        if (!(await ArtifactAsync(first.GetRequiredService<ICloud>(), ct)).TryGet(out var artifact, out var error)) return error;
        var served = await Task.WhenAll(
            FailoverCloud.ServeAsync(first.GetRequiredService<ICloud>(), new("isobar-failover", "model/model.tar.gz"), artifact, "boosted-trees", Endpoint, time, ct),
            FailoverCloud.ServeAsync(second.GetRequiredService<ICloud>(), new("isobar-failover", "model/model.tar.gz"), artifact, "boosted-trees", Endpoint, time, ct));
        if (served.FirstOrDefault(e => e is not null) is { } unserved) return unserved;

        // 3.
        using var http = first.GetRequiredService<IHttpClientFactory>().CreateClient();
        if (await PutServiceAsync(http, gateway.Addresses.Control, ct) is { } refused) return refused;
        var address = new Uri($"{gateway.Addresses.Control}/v1/models/{Service}/predict");
        stage.Say($"a model of {artifact.Length / 1024} KiB, trained on AWS; both serve {address.AbsolutePath}");
        if (!(await UnderLoadAsync(child, new SteadyLoad(http, address, Row, Species, time), ct)).TryGet(out var result, out error)) return error;

        // 6.
        if (await BillAsync(http, child.Addresses, began, ct) is { } unbilled) return unbilled;
        return result;
    }

    private async Task<Result<FailoverResult>> UnderLoadAsync(ChildCloud child, SteadyLoad load, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = load.RunAsync(Callers, Pause, stop.Token);
        try
        {
            // 4.
            await Task.Delay(Before, time, ct);
            if (await UntilAsync(() => load.AnswersOf(Killed) >= LeastAnswers, "Google Cloud has traffic", ct) is { } idle) return idle;
            Shares("answers before", load.Answers);
            var killed = time.GetTimestamp();
            await child.KillAsync();
            var (atKill, seen) = (load.Requests, load.AnswersOf(Killed));
            stage.Say($"kill -9 {child.ProcessId} after {atKill} requests");
            await Task.Delay(Down, time, ct);

            // 5.
            stage.Say($"{load.Requests - atKill} requests later: {load.Failed} failed; starting Google Cloud again");
            seen = load.AnswersOf(Killed);
            if (await child.StartAsync(ct) is { } dead) return dead;
            if (await UntilAsync(() => load.AnswersOf(Killed) > seen, "Google Cloud has traffic again", ct) is { } lost) return lost;
            var recovery = time.GetElapsedTime(killed);
            stage.Say(FormattableString.Invariant($"it answers again {recovery.TotalSeconds:0.0} s after the kill"));
            if (await UntilAsync(() => load.Requests >= LeastRequests && load.AnswersOf(Killed) >= seen + LeastAnswers, "Enough requests", ct) is { } few) return few;
            await stop.CancelAsync();
            await running;
            Shares("answers", load.Answers);
            var result = new FailoverResult(Killed, load.Requests, load.Failed, recovery.TotalSeconds, load.LongestGap.TotalSeconds);
            stage.Figure("failedRequests", result.FailedRequests, FormattableString.Invariant($"{result.Requests} requests around the kill, {result.FailedRequests} failed; the longest wait was {1000 * result.LongestGapSeconds:0} ms"));
            return load.Failed == 0 ? result : new Error(ErrorCode.Unavailable, $"{load.Failed} of {load.Requests} requests failed; the first: {load.FirstFailure}");
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    private void Shares(string name, IReadOnlyDictionary<string, int> answers) => stage.Bars(name, [("the gateway", [.. answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, (double)a.Value))])]);

    private async Task<IsobarServer> StartGatewayAsync(ServerAddresses child, CancellationToken ct)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, "gateway")).FullName;
        var google = Google(child);
        // What an emulator takes; the names of variables stand in the file, never their values.
        Environment.SetEnvironmentVariable("ISOBAR_DEMO_KEY", "test");
        var clouds = new JsonObject
        {
            ["local"] = false,
            ["clouds"] = new JsonArray(
                new JsonObject { ["name"] = "aws", ["kind"] = "aws", ["endpoint"] = aws.Aws, ["accessKeyIdFrom"] = "ISOBAR_DEMO_KEY", ["secretAccessKeyFrom"] = "ISOBAR_DEMO_KEY" },
                new JsonObject { ["name"] = "gcp", ["kind"] = "gcp", ["endpoint"] = child.Gcp, ["project"] = google.Project, ["keyFile"] = google.KeyFile }),
        };
        await File.WriteAllTextAsync(Path.Combine(data, "clouds.json"), clouds.ToJsonString(), ct);
        return await IsobarServer.StartAsync(new IsobarServerOptions { DataDirectory = data, ControlPort = 0, AwsPort = 0, GcpPort = 0, AzurePort = 0, LogToConsole = false, WorkerCommand = WorkerProgram.Command }, ct);
    }

    private static GoogleClientOptions Google(ServerAddresses child)
    {
        var variables = GoogleEnvironment.Variables(child.DataDirectory, child.Gcp);
        return new() { Endpoint = new Uri(child.Gcp), Project = variables["GOOGLE_CLOUD_PROJECT"], KeyFile = variables["GOOGLE_APPLICATION_CREDENTIALS"] };
    }

    private static async Task<Result<byte[]>> ArtifactAsync(ICloud cloud, CancellationToken ct)
    {
        if (!(await cloud.Training.GetAsync(Model, ct)).TryGet(out var run, out var error)) return error;
        if (run.Model is not { } at) return new Error(ErrorCode.FailedPrecondition, $"The job {Model} has no model.");
        if (!(await cloud.Objects.GetAsync(at, ct)).TryGet(out var stream, out error)) return error;
        await using (stream)
        {
            using var artifact = new MemoryStream();
            await stream.CopyToAsync(artifact, ct);
            return artifact.ToArray();
        }
    }

    private static async Task<Error?> PutServiceAsync(HttpClient http, string control, CancellationToken ct)
    {
        var service = new JsonObject
        {
            ["backends"] = new JsonArray(new JsonObject { ["name"] = "aws", ["cloud"] = "aws", ["endpoint"] = Endpoint }, new JsonObject { ["name"] = "gcp", ["cloud"] = "gcp", ["endpoint"] = Endpoint }),
            ["health"] = new JsonObject { ["everyMs"] = 500 },
        };
        using var reply = await http.PutAsync(new Uri($"{control}/v1/services/{Service}"), new StringContent(service.ToJsonString(), Encoding.UTF8, "application/json"), ct);
        return reply.IsSuccessStatusCode ? null : new Error(ErrorCode.FailedPrecondition, "The gateway refused the service: " + await reply.Content.ReadAsStringAsync(ct));
    }

    // The killed cloud's meter lies in its own process, as a cloud's bill lies with the cloud.
    private async Task<Error?> BillAsync(HttpClient http, ServerAddresses child, DateTimeOffset began, CancellationToken ct)
    {
        var rows = new List<string[]>();
        foreach (var (cloud, control) in new[] { ("aws", aws.Control), (Killed, child.Control) })
        {
            var query = $"{control}/v1/usage?cloud={cloud}&from={Uri.EscapeDataString(began.ToString("O", CultureInfo.InvariantCulture))}";
            using var reply = await http.GetAsync(new Uri(query), ct);
            if (!reply.IsSuccessStatusCode) return new Error(ErrorCode.Unavailable, $"The bill of {cloud} cannot be read: {(int)reply.StatusCode}.");
            var report = System.Text.Json.JsonSerializer.Deserialize(await reply.Content.ReadAsStringAsync(ct), UsageJson.Default.UsageReport)!;
            var serving = report.Rows.Where(r => r.Unit == "instance-seconds").Sum(r => r.Quantity);
            rows.Add([cloud, FormattableString.Invariant($"{serving:0} s"), report.Total.ToString("$0.000000", CultureInfo.InvariantCulture)]);
        }
        stage.Table("bill", ["Cloud", "Machines", "List price"], rows);
        return null;
    }

    private async Task<Error?> UntilAsync(Func<bool> done, string what, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        while (!done())
        {
            if (time.GetElapsedTime(began) > Limit) return new Error(ErrorCode.DeadlineExceeded, $"{what}: not within {Limit.TotalSeconds:0} s.");
            await Task.Delay(Poll, time, ct);
        }
        return null;
    }
}
