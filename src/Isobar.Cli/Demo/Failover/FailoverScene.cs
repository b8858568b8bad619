using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Orchestration;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli.Demo.Failover;

/// <summary>
/// The loss of a whole cloud under load. 1. Google Cloud runs as a process of its own, and a gateway that knows three clouds stands before them. 2. A manifest is applied:
/// the model is trained where that is cheapest, and served by all three. 3. One address answers for them. 4. Under a steady load Google Cloud is killed. 5. It is started
/// again, and has its share of the traffic again. 6. The bill, by cloud.
/// </summary>
internal sealed class FailoverScene(ServerAddresses here, DemoTable birds, string folder, IDemoStage stage, TimeProvider time)
{
    public const string Title = "Train where it is cheapest, serve from three clouds, and kill one of them under load";
    private const string Killed = "gcp";
    private const int Callers = 8, LeastRequests = 1000, LeastAnswers = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25), Before = TimeSpan.FromSeconds(1.5), Down = TimeSpan.FromSeconds(1), Poll = TimeSpan.FromMilliseconds(10), Limit = TimeSpan.FromSeconds(30);

    public async Task<Result<FailoverResult>> RunAsync(CancellationToken ct)
    {
        var began = time.GetUtcNow();
        // 1.
        await using var child = new ChildCloud(Directory.CreateDirectory(Path.Combine(folder, Killed)).FullName, time);
        if (await child.StartAsync(ct) is { } dead) return dead;
        await using var gateway = await FailoverGateway.StartAsync(here, child.Addresses, Path.Combine(folder, "gateway"), ct);
        var control = gateway.Addresses.Control;
        stage.Say($"Google Cloud is the process {child.ProcessId} at {child.Addresses.Gcp};");
        stage.Say($"the gateway is {control}");

        // 2.
        await using var services = new ServiceCollection().AddHttpClient().BuildServiceProvider();
        using var http = services.GetRequiredService<IHttpClientFactory>().CreateClient();
        if (!(await new FailoverManifest(http, control, time).ApplyAsync(Path.Combine(folder, "manifest"), birds, ct)).TryGet(out var applied, out var error)) return error;
        Show(applied.Plan, applied.Standing);

        // 3.
        var address = new Uri($"{control}/v1/models/{FailoverManifest.Service}/predict");
        stage.Say($"all three answer behind POST {address.AbsolutePath}");
        var bird = birds.Test[0];
        var load = new SteadyLoad(http, address, string.Join(',', birds.FeaturesOf(bird)), bird[birds.LabelColumn], time);
        if (!(await UnderLoadAsync(child, load, ct)).TryGet(out var result, out error)) return error;

        // 6.
        if (!(await FailoverBill.ReadAsync(http, [("aws", here.Control, FailoverManifest.Service), (Killed, child.Addresses.Control, null), ("azure", here.Control, FailoverManifest.Service)], began, ct)).TryGet(out var bill, out error)) return error;
        stage.Table("bill", FailoverBill.Headings, bill);
        return result;
    }

    private void Show(Plan plan, ModelStanding standing)
    {
        stage.Table("placement", ["What", "Cloud", "Region", "Machine", "List price"], [.. plan.Changes.Select(c => (string[])
            [c.Kind, c.Cloud, c.Region, c.Sku ?? "", c.Kind == "training" ? c.Once.ToString("$0.0000", CultureInfo.InvariantCulture) : c.Monthly.ToString("$0.00 a month", CultureInfo.InvariantCulture)])]);
        if (standing.Training is not { } training) return;
        // Eighty columns hold half of it.
        foreach (var line in training.Why.Replace("; ", ";\n", StringComparison.Ordinal).Split('\n')) stage.Say(line);
        stage.Figure("trainedIn", (double)training.Estimate, $"so {training.Cloud} {training.Region} trained it, as {training.Job}", training.Cloud);
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
            var listens = time.GetElapsedTime(killed);
            if (await UntilAsync(() => load.AnswersOf(Killed) > seen, "Google Cloud has traffic again", ct) is { } lost) return lost;
            var recovery = time.GetElapsedTime(killed);
            stage.Say(FormattableString.Invariant($"{listens.TotalSeconds:0.0} s after the kill its process is ready, after {recovery.TotalSeconds:0.0} s it has traffic again"));
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
