using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Processing;

/// <summary>Processing jobs over durable records. They keep no checkpoints, so one that a killed server left is run anew, once.</summary>
internal sealed class ProcessingJobs(IStateStore state, IObjectStore objects, ILogStore logs, JobPlaces places, EngineOptions options, TimeProvider time, ILogger<ProcessingJobs> logger, IMeter? meter = null)
    : IProcessingJobs, IHostedService
{
    private static readonly Collection<ProcessingJob> Jobs = new("processing.jobs", ProcessingJson.Default.ProcessingJob);
    private readonly ConcurrentDictionary<string, Supervision> _running = new();

    public async Task<Result<ProcessingJob>> SubmitAsync(ProcessingSpec spec, CancellationToken ct)
    {
        if (!places.Queue.HasRoom) return new Error(ErrorCode.ResourceExhausted, $"{options.MaxQueuedJobs} jobs are waiting already.");
        if (spec.BuiltIn is null && spec.Command.Count == 0) return Error.Invalid("command", null, "A processing job needs a command or a built-in analysis.");
        var job = new ProcessingJob { Spec = spec, State = JobState.Queued, Created = time.GetUtcNow() };
        var inserted = await state.InsertAsync(Jobs, spec.Id, job, ct).ConfigureAwait(false);
        if (!inserted.IsOk) return inserted.Error;
        Supervise(job);
        return job;
    }

    public async Task<Result<ProcessingJob>> GetAsync(string id, CancellationToken ct) =>
        await state.GetAsync(Jobs, id, ct).ConfigureAwait(false) is { } found ? found.Value : Error.NotFound($"The processing job {id}");

    public async Task<Result<ProcessingJob>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await state.ChangeAsync(Jobs, id, job => job.IsFinal
            ? new Error(ErrorCode.FailedPrecondition, $"The job is {job.State} already.")
            : job with { State = JobState.Stopping }, ct).ConfigureAwait(false);
        if (changed.IsOk && _running.TryGetValue(id, out var supervision)) await supervision.StopAsync().ConfigureAwait(false);
        return changed.Map(d => d.Value);
    }

    public async Task<ProcessingJob> WaitAsync(string id, CancellationToken ct)
    {
        if (_running.TryGetValue(id, out var supervision)) await supervision.Done.WaitAsync(ct).ConfigureAwait(false);
        return (await GetAsync(id, ct).ConfigureAwait(false)).Value;
    }

    public async Task StartAsync(CancellationToken ct)
    {
        foreach (var document in await state.ListAsync(Jobs, "", ct).ConfigureAwait(false))
        {
            var job = document.Value;
            if (job.IsFinal) continue;
            TrainingJobs.EndOrphan(Folder(job.Spec));
            if (job.State == JobState.Stopping) await FinishAsync(job.Spec.Id, JobState.Stopped, null, null).ConfigureAwait(false);
            else if (document.Version > 8) await FinishAsync(job.Spec.Id, JobState.Failed, "InternalServerError: the server was killed during each attempt at this job", null).ConfigureAwait(false);
            else Supervise(job);
        }
    }

    public async Task StopAsync(CancellationToken ct)
    {
        await Supervision.AbandonAllAsync(_running.Values, time, ct).ConfigureAwait(false);
    }

    private void Supervise(ProcessingJob job)
    {
        var supervision = new Supervision();
        _running[job.Spec.Id] = supervision;
        supervision.Done = Task.Run(async () =>
        {
            try { await RunAsync(job.Spec, supervision).ConfigureAwait(false); }
            catch (OperationCanceledException)
            {
                if (!supervision.IsAbandoned) await FinishAsync(job.Spec.Id, JobState.Stopped, null, null).ConfigureAwait(false);
            }
            catch (Exception e) when (!supervision.IsAbandoned)
            {
                logger.LogError(e, "Processing job {Job} ended by a fault of the engine", job.Spec.Id);
                await FinishAsync(job.Spec.Id, JobState.Failed, $"InternalServerError: {e.Message}", null).ConfigureAwait(false);
            }
            finally { _running.TryRemove(job.Spec.Id, out _); }
        });
    }

    private async Task RunAsync(ProcessingSpec spec, Supervision supervision)
    {
        using var place = await places.Queue.EnterAsync(spec.Owner, supervision.Stop).ConfigureAwait(false);
        await state.ChangeAsync<ProcessingJob>(Jobs, spec.Id, j => j with { Started = j.Started ?? time.GetUtcNow() }).ConfigureAwait(false);
        var run = new ProcessingRun(spec, Folder(spec), objects, logs, options, time);
        var (end, reason, message, duration) = await run.RunAsync(
            step => state.ChangeAsync<ProcessingJob>(Jobs, spec.Id, j => j.State == JobState.Stopping ? j : j with { State = step }), supervision.Stop).ConfigureAwait(false);
        if (supervision.IsAbandoned) return;
        // What was uploaded lies in the store; what was not would only fill the disk.
        run.Clear();
        meter?.Post(new Usage(spec.Owner, spec.Region, "processing", spec.Instance.Type, "instance-seconds", duration.TotalSeconds * spec.Instance.Count, spec.Name, time.GetUtcNow(), spec.Tags));
        await FinishAsync(spec.Id, end, reason, message).ConfigureAwait(false);
    }

    private async Task FinishAsync(string id, JobState end, string? reason, string? message)
    {
        await Supervision.RecordAsync(_running, id, time, async () =>
        {
            await logs.FlushAsync().ConfigureAwait(false);
            return await state.ChangeAsync<ProcessingJob>(Jobs, id, j => j.IsFinal ? j : j with { State = end, Ended = time.GetUtcNow(), Reason = reason, ExitMessage = message }).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    private JobFolder Folder(ProcessingSpec spec) => new(Path.Combine(options.DataDirectory, "processing", Uri.EscapeDataString(spec.Id)));
}
