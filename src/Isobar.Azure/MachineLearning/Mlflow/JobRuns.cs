using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Tracking;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>A run as it is seen now.</summary>
/// <param name="Metrics">The newest value of each.</param>
internal sealed record RunView(TrackedRun Run, IReadOnlyList<TrackedMetric> Metrics);

/// <summary>Every job is a run of the same name: the job decides its state, and metrics that its code logs are the job's own.</summary>
internal sealed class JobRuns(ITrackingStore tracking, ExperimentOperations experiments, ArmStore store, JobTypes types, ITrainingJobs training)
{
    public const string ParentTag = "mlflow.parentRunId", NameTag = "mlflow.runName";

    /// <summary>The run of a job, made where there is none yet.</summary>
    public async Task<TrackedRun> EnsureAsync(MlWorkspace workspace, ArmResource job, CancellationToken ct)
    {
        var scope = workspace.Id.Key;
        if (await tracking.FindRunAsync(scope, job.Name, ct).ConfigureAwait(false) is { } found) return found;
        var experiment = await experiments.EnsureAsync(scope, (string?)job.Properties["experimentName"] ?? ExperimentOperations.DefaultName, ct).ConfigureAwait(false);
        var tags = new Dictionary<string, string> { ["mlflow.user"] = job.CreatedBy.Name, ["mlflow.rootRunId"] = job.Name };
        foreach (var (name, value) in job.Properties["tags"] as JsonObject ?? [])
            if (value is JsonValue text) tags[name] = text.ToString();
        var given = new Dictionary<string, string>();
        foreach (var (name, input) in job.Properties["inputs"] as JsonObject ?? [])
            if (input is JsonObject { } literal && (string?)literal["jobInputType"] == "literal" && literal["value"] is JsonValue value) given[name] = value.ToString();
        if ((string?)job.Properties[JobNames.Parent] is { } parent) (tags[ParentTag], tags["mlflow.rootRunId"]) = (parent, parent);
        var run = new TrackedRun { Scope = scope, Id = job.Name, ExperimentId = experiment.Id, Name = (string?)job.Properties["displayName"] ?? job.Name, User = job.CreatedBy.Name, State = TrackedState.Scheduled, Started = job.Created, Tags = tags, Params = given };
        var made = await tracking.CreateAsync(run, ct).ConfigureAwait(false);
        return made.IsOk ? made.Value : (await tracking.FindRunAsync(scope, job.Name, ct).ConfigureAwait(false))!;
    }

    /// <summary>A run of the workspace, those of jobs included; null where there is none.</summary>
    public async Task<TrackedRun?> FindAsync(MlWorkspace workspace, string id, CancellationToken ct)
    {
        if (await tracking.FindRunAsync(workspace.Id.Key, id, ct).ConfigureAwait(false) is { } found) return found;
        return await JobAsync(workspace, id, ct).ConfigureAwait(false) is { } job ? await EnsureAsync(workspace, job, ct).ConfigureAwait(false) : null;
    }

    /// <summary>How runs stand, with what their jobs say.</summary>
    public async Task<IReadOnlyList<RunView>> ViewAsync(MlWorkspace workspace, IReadOnlyList<TrackedRun> runs, CancellationToken ct)
    {
        var latest = await tracking.LatestAsync(workspace.Id.Key, runs.Count == 1 ? runs[0].Id : null, ct).ConfigureAwait(false);
        var views = new List<RunView>(runs.Count);
        foreach (var run in runs)
        {
            var (state, started, ended, own) = (run.State, run.Started, run.Ended, (IEnumerable<TrackedMetric>)[]);
            if (await JobAsync(workspace, run.Id, ct).ConfigureAwait(false) is { } job)
            {
                var standing = await types.Of(job).ReadAsync(job, ct).ConfigureAwait(false);
                (state, started, ended) = (State(standing.Status), standing.Started ?? started, standing.Ended);
                var logged = latest[run.Id].Select(m => m.Name).ToHashSet();
                own = (await OwnAsync(job, ct).ConfigureAwait(false)).Where(m => !logged.Contains(m.Name)).GroupBy(m => m.Name).Select(g => g.Last());
            }
            views.Add(new RunView(run with { State = state, Started = started, Ended = ended }, [.. latest[run.Id].Concat(own).OrderBy(m => m.Name, StringComparer.Ordinal)]));
        }
        return views;
    }

    /// <summary>Drops the run of a job that did not begin.</summary>
    public Task ForgetAsync(ArmResource job) => tracking.ForgetRunAsync(job.Path.Parent.Key, job.Name, CancellationToken.None);

    public async Task LogAsync(MlWorkspace workspace, string run, IReadOnlyList<TrackedMetric> metrics, CancellationToken ct)
    {
        await tracking.LogAsync(workspace.Id.Key, run, metrics, ct).ConfigureAwait(false);
        // What a trial of a sweep says of itself is what the sweep goes by. A run that is no job of the engine's has nobody to be told.
        if (await JobAsync(workspace, run, ct).ConfigureAwait(false) is { } job)
            await training.AddMetricsAsync(JobNames.Engine(job.Path), [.. metrics.Select(m => new JobMetric(m.Name, m.Value, m.Time, (int)Math.Clamp(m.Step, 0, int.MaxValue)))], ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<TrackedMetric>> HistoryAsync(MlWorkspace workspace, string run, string metric, CancellationToken ct)
    {
        var logged = await tracking.HistoryAsync(workspace.Id.Key, run, metric, ct).ConfigureAwait(false);
        if (logged.Count > 0 || await JobAsync(workspace, run, ct).ConfigureAwait(false) is not { } job) return logged;
        return [.. (await OwnAsync(job, ct).ConfigureAwait(false)).Where(m => m.Name == metric)];
    }

    private async Task<IEnumerable<TrackedMetric>> OwnAsync(ArmResource job, CancellationToken ct) =>
        (await training.MetricsAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).Select(m => new TrackedMetric(m.Name, m.Value, m.Time, m.Step ?? 0));

    private Task<ArmResource?> JobAsync(MlWorkspace workspace, string name, CancellationToken ct) => store.FindAsync(workspace.Id.Child(JobNames.Plural, name), ct);

    private static TrackedState State(string status) => status switch
    {
        "NotStarted" or "Queued" or "Preparing" or "Starting" or "Provisioning" => TrackedState.Scheduled,
        "Completed" => TrackedState.Finished,
        "Failed" or "NotResponding" => TrackedState.Failed,
        "Canceled" => TrackedState.Killed,
        _ => TrackedState.Running,
    };
}
