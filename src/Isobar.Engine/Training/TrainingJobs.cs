using System.Collections.Concurrent;
using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Isobar.Engine.Processes;
using Isobar.Engine.State;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Training;

/// <summary>Training jobs: one supervising task each, over a durable record.</summary>
internal sealed class TrainingJobs(IStateStore state, IObjectStore objects, ILogStore logs, JobPlaces places, EngineOptions options, TimeProvider time, ILogger<TrainingJobs> logger, IMeter? meter = null, LocalAddresses? addresses = null)
    : ITrainingJobs, IHostedService
{
    private const int MaxAttemptsAfterCrash = 3;
    private static readonly Collection<TrainingJob> Jobs = new("training.jobs", TrainingJson.Default.TrainingJob);
    private readonly ConcurrentDictionary<string, Supervision> _running = new();
    private readonly ConcurrentDictionary<string, TrainingRun> _attempts = new();

    public async Task<Result<TrainingJob>> SubmitAsync(TrainingSpec spec, CancellationToken ct)
    {
        if (!places.Queue.HasRoom) return new Error(ErrorCode.ResourceExhausted, $"{options.MaxQueuedJobs} jobs are waiting already.");
        if (Faults(spec) is { } fault) return fault;
        var now = time.GetUtcNow();
        var job = new TrainingJob { Spec = spec, State = JobState.Queued, Created = now, Transitions = [new JobTransition(JobState.Queued, now, null, "Waiting for a place")] };
        var inserted = await state.InsertAsync(Jobs, spec.Id, job, ct).ConfigureAwait(false);
        if (!inserted.IsOk) return inserted.Error;
        Supervise(job);
        return job;
    }

    public async Task<Result<TrainingJob>> GetAsync(string id, CancellationToken ct) =>
        await state.GetAsync(Jobs, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The training job {id}");

    public async Task<Result<TrainingJob>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await state.ChangeAsync(Jobs, id, job => job.IsFinal
            ? new Error(ErrorCode.FailedPrecondition, $"The job is {job.State} already.")
            : job.State == JobState.Stopping ? job : job.Move(JobState.Stopping, time.GetUtcNow(), "Stopping the training job"), ct).ConfigureAwait(false);
        if (changed.IsOk && _running.TryGetValue(id, out var supervision)) await supervision.StopAsync().ConfigureAwait(false);
        return changed.Map(d => d.Value);
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        var found = await GetAsync(id, ct).ConfigureAwait(false);
        if (!found.TryGet(out var job, out var error)) return error;
        if (!job.IsFinal) return new Error(ErrorCode.FailedPrecondition, $"The job is {job.State}; only a final one can be deleted.");
        await state.DeleteAsync(Jobs, id, ct).ConfigureAwait(false);
        Folder(job.Spec).Delete();
        return Done.Value;
    }

    public async Task<IReadOnlyList<TrainingJob>> ListAsync(string idPrefix, CancellationToken ct) =>
        [.. (await state.ListAsync(Jobs, idPrefix, ct).ConfigureAwait(false)).Select(d => d.Value)];

    public async Task<TrainingJob> WaitAsync(string id, CancellationToken ct)
    {
        if (_running.TryGetValue(id, out var supervision)) await supervision.Done.WaitAsync(ct).ConfigureAwait(false);
        return (await GetAsync(id, ct).ConfigureAwait(false)).Value;
    }

    public Task<IReadOnlyList<JobMetric>> MetricsAsync(string id, CancellationToken ct) =>
        Task.FromResult(MetricReader.ReadSeries(SeriesFile(id)));

    public async Task<Result<Done>> AddMetricsAsync(string id, IReadOnlyList<JobMetric> metrics, CancellationToken ct)
    {
        if (_attempts.TryGetValue(id, out var run))
        {
            run.Add(metrics);
            return Done.Value;
        }
        if (!(await state.ChangeAsync<TrainingJob>(Jobs, id, j => j with { FinalMetrics = [.. j.FinalMetrics.Concat(metrics).GroupBy(m => m.Name).Select(g => g.Last())] }, ct).ConfigureAwait(false)).TryGet(out _, out var error)) return error;
        MetricReader.AppendSeries(SeriesFile(id), metrics);
        return Done.Value;
    }

    /// <summary>Takes up what an earlier server left: its children are ended, its jobs resumed, or failed with that reason.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var document in await state.ListAsync(Jobs, "", ct).ConfigureAwait(false))
        {
            var job = document.Value;
            if (job.IsFinal) continue;
            EndOrphan(Folder(job.Spec));
            if (job.State == JobState.Stopping)
                await FinishAsync(job.Spec.Id, j => j.End(JobState.Stopped, time.GetUtcNow(), "Stopped; the server was restarted meanwhile")).ConfigureAwait(false);
            else if (job.Attempts >= MaxAttemptsAfterCrash)
                await FinishAsync(job.Spec.Id, j => j.End(JobState.Failed, time.GetUtcNow(), $"InternalServerError: the server was killed during each of {job.Attempts} attempts at this job")).ConfigureAwait(false);
            else
                Supervise(job);
        }
    }

    /// <summary>Ends the children; their jobs are resumed at the next start.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await Supervision.AbandonAllAsync(_running.Values, time, ct).ConfigureAwait(false);
    }

    private void Supervise(TrainingJob job)
    {
        var supervision = new Supervision();
        _running[job.Spec.Id] = supervision;
        supervision.Done = Task.Run(async () =>
        {
            try { await RunAsync(job, supervision).ConfigureAwait(false); }
            catch (Exception e) when (!supervision.IsAbandoned)
            {
                logger.LogError(e, "Training job {Job} ended by a fault of the engine", job.Spec.Id);
                await FinishAsync(job.Spec.Id, j => j.End(JobState.Failed, time.GetUtcNow(), $"InternalServerError: {e.Message}")).ConfigureAwait(false);
            }
            finally { _running.TryRemove(job.Spec.Id, out _); }
        });
    }

    private async Task RunAsync(TrainingJob job, Supervision supervision)
    {
        var spec = job.Spec;
        while (!job.IsFinal && !supervision.IsAbandoned)
        {
            IDisposable place;
            try { place = await places.Queue.EnterAsync(spec.Owner, supervision.Stop).ConfigureAwait(false); }
            catch (OperationCanceledException)
            {
                if (!supervision.IsAbandoned)
                    job = await FinishAsync(spec.Id, j => j.End(JobState.Stopped, time.GetUtcNow(), "Stopped before it began")).ConfigureAwait(false);
                return;
            }
            using (place) job = await AttemptAsync(job, supervision).ConfigureAwait(false);
        }
    }

    private async Task<TrainingJob> AttemptAsync(TrainingJob job, Supervision supervision)
    {
        var spec = job.Spec;
        job = await ChangeAsync(spec.Id, j => j with { Attempts = j.Attempts + 1, Started = j.Started ?? time.GetUtcNow() }).ConfigureAwait(false);
        var run = new TrainingRun(spec, job.Attempts, Folder(spec), objects, logs, options, time, addresses);
        _attempts[spec.Id] = run;
        AttemptOutcome outcome;
        try
        {
            outcome = await run.RunAsync(
                spec.MaxRunTime - job.RunTime, run.Interruption(),
                // A job that is being stopped says so until it has ended.
                (step, message) => ChangeAsync(spec.Id, j => j.State == JobState.Stopping ? j : j.Move(step, time.GetUtcNow(), message)),
                supervision.Stop).ConfigureAwait(false);
        }
        finally
        {
            _attempts.TryRemove(spec.Id, out _);
        }
        if (supervision.IsAbandoned) return job;
        Bill(spec, outcome.RunTime);
        var waited = time.GetUtcNow() - job.Created;
        if (outcome.Interrupted && spec.Spot is { } spot && waited < spot.MaxWait)
        {
            logs.Append(spec.Log, time.GetUtcNow(), string.Create(CultureInfo.InvariantCulture, $"The spot machine was taken away after {outcome.RunTime.TotalSeconds:0.0} s; the job waits for another."));
            return await ChangeAsync(spec.Id, j => Count(j, outcome).Move(JobState.Queued, time.GetUtcNow(), "Interrupted: the spot machine was taken away")).ConfigureAwait(false);
        }
        // What was uploaded lies in the store; what was not would only fill the disk.
        run.Clear();
        return await FinishAsync(spec.Id, j => (Count(j, outcome) with { HasModel = outcome.HasModel, TimedOut = outcome.TimedOut || outcome.Interrupted })
            .End(outcome.Interrupted ? JobState.Stopped : outcome.State, time.GetUtcNow(), outcome.Reason)).ConfigureAwait(false);
    }

    private static TrainingJob Count(TrainingJob job, AttemptOutcome outcome) => job with
    {
        RunTime = job.RunTime + outcome.RunTime,
        BillableTime = job.BillableTime + outcome.RunTime,
        FinalMetrics = outcome.Metrics.Count > 0 ? outcome.Metrics : job.FinalMetrics,
    };

    private void Bill(TrainingSpec spec, TimeSpan duration) => meter?.Post(new Usage(
        spec.Owner, spec.Region, "training", spec.Instance.Type, "instance-seconds", duration.TotalSeconds * spec.Instance.Count, spec.Name, time.GetUtcNow(), spec.Tags, spec.Spot is not null));

    private async Task<TrainingJob> ChangeAsync(string id, Func<TrainingJob, TrainingJob> change) =>
        (await Supervision.RecordAsync(_running, id, time, () => state.ChangeAsync<TrainingJob>(Jobs, id, j => change(j))).ConfigureAwait(false)).Value.Value;

    private async Task<TrainingJob> FinishAsync(string id, Func<TrainingJob, TrainingJob> change) => (await Supervision.RecordAsync(_running, id, time, async () =>
    {
        // Whoever reads "completed" must find the whole log.
        await logs.FlushAsync().ConfigureAwait(false);
        return await state.ChangeAsync<TrainingJob>(Jobs, id, j => j.IsFinal ? j : change(j)).ConfigureAwait(false);
    }).ConfigureAwait(false)).Value.Value;

    private JobFolder Folder(TrainingSpec spec) => new(FolderPath(spec.Id));

    private string SeriesFile(string id) => Path.Combine(FolderPath(id), "metrics.jsonl");

    private string FolderPath(string id) => Path.Combine(options.DataDirectory, "jobs", Uri.EscapeDataString(id));

    internal static void EndOrphan(JobFolder folder)
    {
        if (!File.Exists(folder.ChildFile)) return;
        var parts = File.ReadAllText(folder.ChildFile).Split(' ');
        if (parts.Length == 2 && int.TryParse(parts[0], out var id)) ChildProcess.KillOrphan(id, parts[1]);
        File.Delete(folder.ChildFile);
    }

    private static Error? Faults(TrainingSpec spec)
    {
        foreach (var metric in spec.Metrics)
        {
            try { _ = new System.Text.RegularExpressions.Regex(metric.Regex); }
            catch (ArgumentException e) { return Error.Invalid("metricDefinitions.regex", metric.Regex, $"The metric {metric.Name} has an invalid regular expression: {e.Message}"); }
        }
        return null;
    }
}
