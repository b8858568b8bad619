using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Spectre.Console;

namespace Isobar.Cli;

/// <summary>A training job and the cloud that runs it.</summary>
internal sealed record WatchedJob(ICloud Cloud, string Name);

/// <summary>Shows jobs while they run: a table that lives on a terminal, a line for each change elsewhere.</summary>
internal static class Watching
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan EndpointEvery = TimeSpan.FromMilliseconds(50);
    private static readonly string[] Headings = ["Job", "State", "Metrics"];

    public static Task<Result<IReadOnlyList<TrainingRun>>> UntilFinalAsync(ICloud cloud, IReadOnlyList<string> names, bool json, TimeProvider time, CancellationToken ct) =>
        UntilFinalAsync([.. names.Select(n => new WatchedJob(cloud, n))], json, time, ct);

    /// <summary>Shows jobs of one cloud or of several until all have ended; the runs come in the order of the jobs.</summary>
    public static async Task<Result<IReadOnlyList<TrainingRun>>> UntilFinalAsync(IReadOnlyList<WatchedJob> jobs, bool json, TimeProvider time, CancellationToken ct)
    {
        var several = jobs.Select(j => j.Cloud.Name).Distinct().Count() > 1;
        if (json || !AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            var last = new Dictionary<WatchedJob, string>();
            var width = jobs.Max(j => j.Name.Length);
            return await PollAsync(jobs, time, runs =>
            {
                foreach (var (job, run) in jobs.Zip(runs))
                {
                    var cells = Cells(run);
                    var line = $"{(several ? $"{job.Cloud.Name,-5}  " : "")}{cells[0].PadRight(width)}  {cells[1],-11}  {cells[2]}".TrimEnd();
                    if (last.GetValueOrDefault(job) == line) continue;
                    last[job] = line;
                    if (json) Output.Json(Describe(run, job.Cloud.Name)); else Console.WriteLine("  " + line);
                }
            }, ct);
        }
        Result<IReadOnlyList<TrainingRun>> result = default;
        await AnsiConsole.Live(new Text("")).StartAsync(async live => result = await PollAsync(jobs, time, runs =>
        {
            var table = Output.Table(several ? ["Cloud", .. Headings] : Headings, []);
            foreach (var (job, run) in jobs.Zip(runs))
            {
                var cells = Cells(run).Select((c, i) => i == 1 ? $"[{Colour(run.State)}]{c.EscapeMarkup()}[/]" : c.EscapeMarkup());
                table.AddRow([.. several ? cells.Prepend(job.Cloud.Name) : cells]);
            }
            live.UpdateTarget(new Padder(table, new Padding(2, 0, 0, 0)));
        }, ct));
        return result;
    }

    /// <summary>Waits until an endpoint answers; the failure says why it never will.</summary>
    public static async Task<Result<DeployedEndpoint>> UntilInServiceAsync(ICloud cloud, string name, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            if (!(await cloud.Serving.GetAsync(name, ct)).TryGet(out var endpoint, out var error)) return error;
            if (endpoint.State == DeploymentState.InService) return endpoint;
            if (endpoint.State == DeploymentState.Failed) return new Error(ErrorCode.FailedPrecondition, $"The endpoint {name} failed: {endpoint.Reason}");
            await Task.Delay(EndpointEvery, time, ct);
        }
    }

    public static JsonObject Describe(TrainingRun run, string cloud = "aws") => new()
    {
        ["cloud"] = cloud,
        ["job"] = run.Name,
        ["state"] = run.State.ToString(),
        ["step"] = run.Step,
        ["reason"] = run.Reason,
        ["created"] = run.Created,
        ["ended"] = run.Ended,
        ["metrics"] = new JsonObject(run.Metrics.Where(m => double.IsFinite(m.Value)).Select(m => KeyValuePair.Create(m.Key, (JsonNode?)JsonValue.Create(m.Value)))),
        ["model"] = run.Model is { } at ? cloud switch { "aws" => $"s3://{at}", "gcp" => $"gs://{at}", _ => at.ToString() } : null,
    };

    // What was measured on rows that were not trained on says more, and one channel is enough for a line.
    private static string Metrics(TrainingRun run)
    {
        var channels = run.Metrics.Where(m => !m.Key.EndsWith(":error", StringComparison.Ordinal)).GroupBy(m => m.Key.Split(':')[0]).ToList();
        var channel = channels.Find(c => c.Key == "validation") ?? channels.FirstOrDefault();
        return channel is null ? "" : $"{channel.Key} " + string.Join(", ", channel.OrderBy(m => m.Key, StringComparer.Ordinal).Take(2)
            .Select(m => $"{m.Key[(m.Key.IndexOf(':', StringComparison.Ordinal) + 1)..]} {m.Value.ToString("0.####", CultureInfo.InvariantCulture)}"));
    }

    // The step says more than "in progress" while there is one to come.
    private static string[] Cells(TrainingRun run) =>
        [run.Name, run.IsFinal || run.Step.Length == 0 ? run.State.ToString() : run.Step, run.State == RunState.Failed ? run.Reason ?? "" : Metrics(run)];

    private static string Colour(RunState state) => state switch { RunState.Completed => "green", RunState.Failed => "red", RunState.InProgress => "yellow", _ => "grey" };

    private static async Task<Result<IReadOnlyList<TrainingRun>>> PollAsync(IReadOnlyList<WatchedJob> jobs, TimeProvider time, Action<IReadOnlyList<TrainingRun>> show, CancellationToken ct)
    {
        // What has ended is not asked again.
        var ended = new Dictionary<WatchedJob, TrainingRun>();
        while (true)
        {
            var runs = new List<TrainingRun>();
            foreach (var job in jobs)
            {
                if (!ended.TryGetValue(job, out var run) && !(await job.Cloud.Training.GetAsync(job.Name, ct)).TryGet(out run, out var error)) return error;
                if (run.IsFinal) ended[job] = run;
                runs.Add(run);
            }
            show(runs);
            if (runs.TrueForAll(r => r.IsFinal)) return runs;
            await Task.Delay(Every, time, ct);
        }
    }
}
