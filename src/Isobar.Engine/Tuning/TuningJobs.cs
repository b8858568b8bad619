using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Tuning;

/// <summary>Tuning jobs: one loop each, which starts trials, watches them and keeps the record.</summary>
internal sealed class TuningJobs(IStateStore state, ITrainingJobs training, IServiceProvider services, EngineOptions options, TimeProvider time, ILogger<TuningJobs> logger) : ITuningJobs, IHostedService
{
    private static readonly Collection<TuningJob> Jobs = new("tuning.jobs", TuningJson.Default.TuningJob);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<string, Supervision> _running = new();

    public async Task<Result<TuningJob>> SubmitAsync(TuningSpec spec, CancellationToken ct)
    {
        if (Check(spec) is { } fault) return fault;
        var job = new TuningJob { Spec = spec, State = JobState.Running, Created = time.GetUtcNow() };
        var inserted = await state.InsertAsync(Jobs, spec.Id, job, ct).ConfigureAwait(false);
        if (!inserted.IsOk) return inserted.Error;
        Supervise(job);
        return job;
    }

    public async Task<Result<TuningJob>> GetAsync(string id, CancellationToken ct) =>
        await state.GetAsync(Jobs, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The tuning job {id}");

    public async Task<Result<TuningJob>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await state.ChangeAsync(Jobs, id, job => job.IsFinal
            ? new Error(ErrorCode.FailedPrecondition, $"The job is {job.State} already.")
            : job with { State = JobState.Stopping }, ct).ConfigureAwait(false);
        if (changed.IsOk && _running.TryGetValue(id, out var supervision)) await supervision.StopAsync().ConfigureAwait(false);
        return changed.Map(d => d.Value);
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        if (!(await GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        if (!job.IsFinal) return new Error(ErrorCode.FailedPrecondition, $"The job is {job.State}: stop it first.");
        await state.DeleteAsync(Jobs, id, ct).ConfigureAwait(false);
        return Done.Value;
    }

    public async Task<TuningJob> WaitAsync(string id, CancellationToken ct)
    {
        if (_running.TryGetValue(id, out var supervision)) await supervision.Done.WaitAsync(ct).ConfigureAwait(false);
        return (await GetAsync(id, ct).ConfigureAwait(false)).Value;
    }

    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var document in await state.ListAsync(Jobs, "", ct).ConfigureAwait(false))
            if (!document.Value.IsFinal) Supervise(document.Value);
    }

    public async Task StopAsync(CancellationToken ct)
    {
        await Supervision.AbandonAllAsync(_running.Values, time, ct).ConfigureAwait(false);
    }

    private void Supervise(TuningJob job)
    {
        var supervision = new Supervision();
        _running[job.Spec.Id] = supervision;
        supervision.Done = Task.Run(async () =>
        {
            try { await RunAsync(job, supervision).ConfigureAwait(false); }
            catch (Exception e) when (!supervision.IsAbandoned)
            {
                logger.LogError(e, "Tuning job {Job} ended by a fault of the engine", job.Spec.Id);
                await SaveAsync(job.Spec.Id, j => j with { State = JobState.Failed, Ended = time.GetUtcNow(), Reason = $"InternalServerError: {e.Message}" }).ConfigureAwait(false);
            }
            finally { _running.TryRemove(job.Spec.Id, out _); }
        });
    }

    // Each round: 1. read how the trials stand; 2. stop those that are behind; 3. end when there is nothing left to do; 4. start new ones.
    private async Task RunAsync(TuningJob job, Supervision supervision)
    {
        var spec = job.Spec;
        var launcher = services.GetServices<ITrialLauncher>().First(l => l.Owner == spec.Owner);
        var exhausted = false;
        while (!supervision.IsAbandoned)
        {
            // 1.
            var stopping = job.State == JobState.Stopping || supervision.Stop.IsCancellationRequested;
            var trials = await RefreshAsync(spec, job.Trials).ConfigureAwait(false);
            var active = trials.Count(t => t.State is not (JobState.Completed or JobState.Failed or JobState.Stopped));

            // 2.
            var late = spec.MaxRunTime is { } limit && time.GetUtcNow() - job.Created > limit;
            var reached = late || spec.TargetObjective is { } target && trials.Any(t => t.Objective is { } o && (spec.Maximize ? o >= target : o <= target));
            reached |= spec.MaxNotImproving is { } patience && Progress.SinceBest(job with { Trials = trials }) >= patience;
            var converged = job.Converged ?? (Progress.HasConverged(job with { Trials = trials }) ? time.GetUtcNow() : null);
            reached |= spec.StopOnConvergence && converged is not null;
            var hopeless = spec.MaxFailedTrials is { } most && trials.Count(t => t.State == JobState.Failed) >= most;
            trials = await StopBehindAsync(spec, trials, all: stopping || reached || hopeless).ConfigureAwait(false);
            job = await SaveAsync(spec.Id, j => j with { Trials = trials, Converged = converged }).ConfigureAwait(false);

            // 3.
            var over = stopping || reached || hopeless || exhausted || trials.Count >= spec.MaxTrials;
            if (over && active == 0)
            {
                var (end, reason) = stopping ? (JobState.Stopped, null)
                    : hopeless ? (JobState.Failed, $"{trials.Count(t => t.State == JobState.Failed)} trials failed; the job allows for fewer than {spec.MaxFailedTrials}.")
                    : trials.Any(t => t.Objective is not null) ? (JobState.Completed, (string?)null)
                    : (JobState.Failed, $"No training job succeeded, or none reported the metric '{spec.Objective}'.");
                await SaveAsync(spec.Id, j => j with { State = end, Ended = time.GetUtcNow(), Reason = reason }).ConfigureAwait(false);
                return;
            }

            // 4.
            for (; !over && active < spec.MaxParallel && job.Trials.Count < spec.MaxTrials; active++)
            {
                var number = job.Trials.Count + 1;
                if (TuningArms.Next(spec, job.Trials) is not var (arm, values))
                {
                    exhausted = true;
                    break;
                }
                var launched = await launcher.LaunchAsync(spec, new TrialRequest(number, values, arm), CancellationToken.None).ConfigureAwait(false);
                var trial = (launched.TryGet(out var id, out var error) ? new Trial(number, id, values) { State = JobState.Queued } : new Trial(number, "", values) { State = JobState.Failed }) with { Arm = arm };
                if (error is not null) logger.LogWarning("Trial {Number} of {Job} could not be started: {Error}", number, spec.Id, error.Message);
                job = await SaveAsync(spec.Id, j => j with { Trials = [.. j.Trials, trial] }).ConfigureAwait(false);
            }
            await Task.Delay(Look, time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<Trial>> RefreshAsync(TuningSpec spec, IReadOnlyList<Trial> trials)
    {
        var result = new List<Trial>(trials.Count);
        foreach (var trial in trials)
        {
            if (trial.State is JobState.Completed or JobState.Failed or JobState.Stopped || !(await training.GetAsync(trial.TrainingJobId).ConfigureAwait(false)).TryGet(out var job, out _))
            {
                result.Add(trial);
                continue;
            }
            var value = !job.IsFinal ? null : spec.BestMeasurement ? await BestAsync(spec.For(trial.Arm), job.Spec.Id).ConfigureAwait(false) : job.FinalMetrics.FirstOrDefault(m => m.Name == spec.For(trial.Arm).Objective)?.Value;
            result.Add(trial with { State = job.State, Objective = value });
        }
        return result;
    }

    private async Task<double?> BestAsync(TuningSpec spec, string trainingJob)
    {
        List<double> values = [.. (await training.MetricsAsync(trainingJob).ConfigureAwait(false)).Where(m => m.Name == spec.Objective && double.IsFinite(m.Value)).Select(m => m.Value)];
        return values.Count == 0 ? null : spec.Maximize ? values.Max() : values.Min();
    }

    private async Task<IReadOnlyList<Trial>> StopBehindAsync(TuningSpec spec, IReadOnlyList<Trial> trials, bool all)
    {
        if (!all && !spec.EarlyStopping && spec.Termination is null && spec.Strategy != TuningStrategy.Hyperband) return trials;
        var running = trials.Where(t => t.State is JobState.Queued or JobState.Downloading or JobState.Running).ToList();
        if (running.Count == 0) return trials;
        var curves = new Dictionary<int, IReadOnlyList<JobMetric>>();
        if (!all)
            foreach (var trial in trials.Where(t => t.TrainingJobId.Length > 0))
                curves[trial.Number] = [.. (await training.MetricsAsync(trial.TrainingJobId).ConfigureAwait(false)).Where(m => m.Name == spec.For(trial.Arm).Objective && (m.Step is not null || spec.Termination is not null))];
        var stopped = new HashSet<int>();
        // A trial is behind others of its own arm only: another algorithm's curve says nothing about it.
        var arms = trials.ToLookup(t => t.Arm, t => t.Number);
        var peers = arms.ToDictionary(a => a.Key ?? "", a => (IReadOnlyDictionary<int, IReadOnlyList<JobMetric>>)a.Where(curves.ContainsKey).ToDictionary(n => n, n => curves[n]));
        foreach (var trial in running.Where(t => all || EarlyStopper.ShouldStop(spec, t, peers[t.Arm ?? ""]) || spec.Termination?.ShouldStop(spec.Maximize, t.Number, peers[t.Arm ?? ""]) == true))
            if ((await training.StopAsync(trial.TrainingJobId).ConfigureAwait(false)).IsOk && !all) stopped.Add(trial.Number);
        return [.. trials.Select(t => stopped.Contains(t.Number) ? t with { StoppedEarly = true } : t)];
    }

    private async Task<TuningJob> SaveAsync(string id, Func<TuningJob, TuningJob> change) =>
        (await Supervision.RecordAsync(_running, id, time, () => state.ChangeAsync<TuningJob>(Jobs, id, j => change(j))).ConfigureAwait(false)).Value.Value;

    private Error? Check(TuningSpec spec)
    {
        if (services.GetServices<ITrialLauncher>().All(l => l.Owner != spec.Owner)) return Error.Invalid("owner", spec.Owner, $"Nobody launches trials for '{spec.Owner}'.");
        if (spec.MaxTrials > options.MaxQueuedJobs) return Error.Invalid("maxTrials", spec.MaxTrials.ToString(), $"At most {options.MaxQueuedJobs} trials.");
        foreach (var range in spec.Arms is { Count: > 0 } arms ? arms.SelectMany(a => a.Ranges) : spec.Ranges)
        {
            if (range.Values is { Count: 0 } || range.Mean is not null && !(range.Deviation > 0) || range.Values is null && range.Mean is null && (range.Min is null || range.Max is null || range.Min > range.Max))
                return Error.Invalid(range.Name, $"{range.Min}..{range.Max}", $"The range of {range.Name} is empty.");
            if (range.Scaling == RangeScaling.Logarithmic && range.Min <= 0) return Error.Invalid(range.Name, range.Min.ToString(), $"A logarithmic range lies above 0.");
            if (range.Scaling == RangeScaling.ReverseLogarithmic && (range.Min < 0 || range.Max >= 1)) return Error.Invalid(range.Name, range.Max.ToString(), $"A reverse logarithmic range lies in [0, 1).");
        }
        return null;
    }
}
