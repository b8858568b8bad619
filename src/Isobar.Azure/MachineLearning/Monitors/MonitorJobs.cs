using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Tracking;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>Runs of monitors, each a job of the workspace. What it has found is its run's metrics, and the file <c>signals.json</c> of its output.</summary>
internal sealed class MonitorJobs(ArmStore store, WorkspaceStore workspaces, MonitorRun monitor, ITrackingStore tracking, IObjectStore objects, TimeProvider time, ILogger<MonitorJobs> logger) : IStartedJobType, IHostedService
{
    public const string Definition = "monitorDefinition", Due = "due", ViolationsFact = "azureml.monitorViolations", OutputName = "signals";
    private const string State = "monitorState", Reason = "monitorReason", Started = "monitorStarted", Ended = "monitorEnded", Running = "Running";
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<Task, bool> _tasks = new();
    private readonly CancellationTokenSource _ending = new();

    public string Name => "MonitorRun";

    public string Shown => "Pipeline";

    public Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft) => throw new NotSupportedException("A monitor prepares its own runs.");

    public Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        var facts = job.Secrets ?? [];
        var reason = (string?)facts[Reason] is { } text ? new Error(ErrorCode.FailedPrecondition, text) : null;
        return Task.FromResult(new JobStanding((string?)facts[State] ?? "NotStarted", reason) { Started = (DateTimeOffset?)facts[Started], Ended = (DateTimeOffset?)facts[Ended] });
    }

    public async Task CancelAsync(ArmResource job, CancellationToken ct)
    {
        if (_running.TryGetValue(job.Path.Key, out var stop)) await stop.CancelAsync().ConfigureAwait(false);
        await MarkAsync(job.Path, "Canceled", null).ConfigureAwait(false);
    }

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        if (_running.TryGetValue(job.Path.Key, out var stop)) await stop.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>Begins the run of a job that is kept.</summary>
    public async Task BeginAsync(ArmId job, JsonObject definition, DateTimeOffset due)
    {
        var begun = await store.ChangeAsync(job, r => Mark(r, f => (f[State], f[Started], f[Definition], f[Due]) = (Running, time.GetUtcNow(), definition.DeepClone(), due)), CancellationToken.None).ConfigureAwait(false);
        if (begun is not null) Run(begun);
    }

    /// <summary>Takes up what an earlier server left: a run writes the same to the same place.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var job in await store.BelowAsync("/subscriptions", cancellationToken).ConfigureAwait(false))
            if ((string?)job.Secrets?[JobTypes.RunBy] == Name && (string?)job.Secrets[State] == Running) Run(job);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_tasks.Keys).ConfigureAwait(false);
    }

    private void Run(ArmResource job)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        _running[job.Path.Key] = stop;
        var task = Task.Run(() => DoAsync(job, stop.Token));
        _tasks[task] = true;
        _ = task.ContinueWith(t =>
        {
            _tasks.TryRemove(t, out _);
            _running.TryRemove(job.Path.Key, out _);
        }, TaskScheduler.Default);
    }

    // 1. Measure. 2. Write the report, then the metrics. 3. Say how it ended.
    private async Task DoAsync(ArmResource job, CancellationToken ct)
    {
        try
        {
            // 1.
            var workspace = await workspaces.GetAsync(job.Path, ct).ConfigureAwait(false);
            var measured = await monitor.MeasureAsync(workspace, MonitorSignal.ReadAll((JsonObject)job.Secrets![Definition]!), (DateTimeOffset)job.Secrets[Due]!, ct).ConfigureAwait(false);
            if (!measured.TryGet(out var results, out var error))
            {
                await MarkAsync(job.Path, "Failed", error.Message).ConfigureAwait(false);
                return;
            }

            // 2.
            var report = new JsonObject { ["results"] = new JsonArray([.. results.Select(r => r.Show())]) };
            var place = workspace.At(Output(job.Name) + "signals.json");
            if ((await objects.PutAsync(place.Bucket, place.Key, new MemoryStream(Encoding.UTF8.GetBytes(report.ToJsonString())), new PutOptions { ContentType = "application/json" }, ct).ConfigureAwait(false)).Error is { } unwritten)
            {
                await MarkAsync(job.Path, "Failed", unwritten.Message).ConfigureAwait(false);
                return;
            }
            var now = time.GetUtcNow();
            await tracking.LogAsync(workspace.Id.Key, job.Name, [.. results.Select(r => new TrackedMetric(r.MetricName, r.Value, now, 0))], ct).ConfigureAwait(false);

            // 3.
            await MarkAsync(job.Path, "Completed", null, results.Count(r => r.IsViolated)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) { /* Canceled, or left for the next start. */ }
        catch (ArmFault fault) { await MarkAsync(job.Path, "Failed", fault.Message).ConfigureAwait(false); }
        catch (Exception e)
        {
            logger.LogError(e, "The monitor's run {Job} ended by a fault of ours", job.Id);
            await MarkAsync(job.Path, "Failed", e.Message).ConfigureAwait(false);
        }
    }

    /// <summary>Where a run's report lies in the workspace's container.</summary>
    public static string Output(string job) => $"azureml/{job}/{OutputName}/";

    private Task<ArmResource?> MarkAsync(ArmId job, string state, string? reason, int? violations = null) => store.ChangeAsync(job, r =>
    {
        if (violations is { } count) r = r.With(p => p["properties"]![ViolationsFact] = count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return Mark(r, f => (f[State], f[Reason], f[Ended]) = (state, reason, time.GetUtcNow()));
    }, CancellationToken.None);

    private static ArmResource Mark(ArmResource job, Action<JsonObject> change)
    {
        var facts = (JsonObject?)job.Secrets?.DeepClone() ?? [];
        change(facts);
        return job with { Secrets = facts };
    }
}
