using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;
using Isobar.Engine.Processes;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Engine.Batch;

/// <summary>Batch jobs: one task each, over a durable record of the job and of each object that is done.</summary>
internal sealed class BatchJobs : IBatchJobs, IHostedService
{
    private const int MaxOmissions = 20;
    private readonly IStateStore _state;
    private readonly IObjectStore _objects;
    private readonly ILogStore _logs;
    private readonly IMeter _meter;
    private readonly RunnerFactory _runners;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<BatchJobs> _logger;
    private readonly IReadOnlyList<IAnswerExtension> _extensions;
    private readonly FairQueue _places;
    private readonly string _folder;
    private readonly ConcurrentDictionary<string, Underway> _running = new();
    private readonly CancellationTokenSource _end = new();

    public BatchJobs(IStateStore state, IObjectStore objects, ILogStore logs, IMeter meter, RunnerFactory runners, EngineOptions options, TimeProvider time, ILogger<BatchJobs> logger, IEnumerable<IAnswerExtension>? extensions = null)
    {
        _extensions = [.. extensions ?? []];
        (_state, _objects, _logs, _meter, _runners, _options, _time, _logger) = (state, objects, logs, meter, runners, options, time, logger);
        _places = new FairQueue(options.MaxParallelJobs, options.MaxQueuedJobs);
        _folder = Path.GetFullPath(Path.Combine(options.DataDirectory, "batch"));
        // Outputs that a killed process had half written.
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);
    }

    public async Task<Result<BatchJob>> SubmitAsync(BatchSpec spec, CancellationToken ct)
    {
        if (!_places.HasRoom) return new Error(ErrorCode.ResourceExhausted, $"{_options.MaxQueuedJobs} batch jobs are waiting already.");
        if (!DataProcessing.Of(spec).TryGet(out _, out var fault)) return fault;
        if (spec.MaxPayloadBytes <= 0) return Error.Invalid("maxPayload", $"{spec.MaxPayloadBytes}", "The largest request must have at least one byte.");
        var job = new BatchJob { Spec = spec, State = JobState.Queued, Created = _time.GetUtcNow() };
        if ((await _state.InsertAsync(StoredBatch.Collection, spec.Id, new StoredBatch(job), ct).ConfigureAwait(false)).Error is { } error)
            return error.Code == ErrorCode.AlreadyExists ? new Error(ErrorCode.AlreadyExists, $"The batch job {spec.Name} exists already.") : error;
        Begin(spec);
        return job;
    }

    public async Task<Result<BatchJob>> GetAsync(string id, CancellationToken ct) =>
        await _state.GetAsync(StoredBatch.Collection, id, ct).ConfigureAwait(false) is { } found ? found.Value.Job : Error.NotFound($"The batch job {id[(id.LastIndexOf('/') + 1)..]}");

    public async Task<Result<BatchJob>> StopAsync(string id, CancellationToken ct)
    {
        var changed = await _state.ChangeAsync(StoredBatch.Collection, id, s => s.Job.IsFinal
            ? new Error(ErrorCode.FailedPrecondition, $"The batch job {s.Job.Spec.Name} is {s.Job.State} already.")
            : s with { Job = s.Job with { State = JobState.Stopping } }, ct).ConfigureAwait(false);
        if (changed.IsOk && _running.TryGetValue(id, out var underway)) await underway.Stop.CancelAsync().ConfigureAwait(false);
        return changed.Map(d => d.Value.Job);
    }

    public async Task<Result<Done>> DeleteAsync(string id, CancellationToken ct)
    {
        if (!(await GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return error;
        if (!job.IsFinal) return new Error(ErrorCode.FailedPrecondition, $"The batch job {job.Spec.Name} is {job.State}: stop it first.");
        await _state.DeleteAsync(StoredBatch.Collection, id, ct).ConfigureAwait(false);
        return Done.Value;
    }

    public async Task<IReadOnlyList<BatchJob>> ListAsync(string idPrefix, CancellationToken ct) =>
        [.. (await _state.ListAsync(StoredBatch.Collection, idPrefix, ct).ConfigureAwait(false)).Select(d => d.Value.Job)];

    public async Task<BatchJob> WaitAsync(string id, CancellationToken ct)
    {
        if (_running.TryGetValue(id, out var underway)) await underway.Done.WaitAsync(ct).ConfigureAwait(false);
        return (await GetAsync(id, ct).ConfigureAwait(false)).Value;
    }

    /// <summary>Takes up what an earlier server left.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var document in await _state.ListAsync(StoredBatch.Collection, "", cancellationToken).ConfigureAwait(false))
        {
            var job = document.Value.Job;
            if (job.State == JobState.Stopping) await FinishAsync(job.Spec, JobState.Stopped, "Stopped; the server was restarted meanwhile").ConfigureAwait(false);
            else if (!job.IsFinal) Begin(job.Spec);
        }
    }

    /// <summary>Puts down what is under way, to be resumed at the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values.Select(r => r.Done)).ConfigureAwait(false);
    }

    private void Begin(BatchSpec spec)
    {
        var underway = new Underway(CancellationTokenSource.CreateLinkedTokenSource(_end.Token));
        _running[spec.Id] = underway;
        underway.Done = Task.Run(async () =>
        {
            try
            {
                using var place = await _places.EnterAsync(spec.Owner, underway.Stop.Token).ConfigureAwait(false);
                await RunAsync(spec, underway.Stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (underway.Stop.IsCancellationRequested)
            {
                if (!_end.IsCancellationRequested) await FinishAsync(spec, JobState.Stopped, "Stopped on request").ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _logger.LogError(e, "Batch job {Job} ended by a fault of the engine", spec.Id);
                await FinishAsync(spec, JobState.Failed, $"InternalServerError: {e.Message}").ConfigureAwait(false);
            }
            finally
            {
                _running.TryRemove(spec.Id, out _);
            }
        });
    }

    private async Task RunAsync(BatchSpec spec, CancellationToken ct)
    {
        var start = _time.GetTimestamp();
        var stored = await ChangeAsync(spec.Id, s => s with { Job = s.Job with { State = Live(s.Job, JobState.Downloading), Started = s.Job.Started ?? _time.GetUtcNow() } }).ConfigureAwait(false);
        var variant = new VariantSpec
        {
            Name = spec.Name,
            Model = spec.Model with { Environment = Merge(spec.Model.Environment, spec.Environment) },
            InstanceType = spec.Instance.Type,
            MaxConcurrency = spec.MaxConcurrency,
            MaxBatchRows = 1,
            Log = spec.Log,
        };
        if (!(await _runners.StartAsync(variant, Math.Max(1, spec.Instance.Count), stored.Package, ct).ConfigureAwait(false)).TryGet(out var started, out var error))
        {
            await FinishAsync(spec, JobState.Failed, error.Message).ConfigureAwait(false);
            return;
        }
        try
        {
            await ChangeAsync(spec.Id, s => s with { Package = started.PackageSha256, Job = s.Job with { State = Live(s.Job, JobState.Running) } }).ConfigureAwait(false);
            var failure = await EachObjectAsync(spec, new BatchRun(spec, started.Runner, Shape(spec), spec.Extension is { } wanted ? _extensions.First(e => e.Name == wanted.Name) : null, _objects, _logs, _folder, _time), ct).ConfigureAwait(false);
            await FinishAsync(spec, failure is null ? JobState.Completed : JobState.Failed, failure?.Message).ConfigureAwait(false);
        }
        finally
        {
            await started.Runner.CloseAsync().ConfigureAwait(false);
            _meter.Post(new Usage(spec.Owner, spec.Region, "batch", spec.Instance.Type, "instance-seconds", _time.GetElapsedTime(start).TotalSeconds * Math.Max(1, spec.Instance.Count), spec.Id, _time.GetUtcNow(), spec.Tags));
        }
    }

    private async Task<Error?> EachObjectAsync(BatchSpec spec, BatchRun run, CancellationToken ct)
    {
        if (!(await InputsAsync(spec, ct).ConfigureAwait(false)).TryGet(out var inputs, out var error)) return error;
        var done = (await _state.ListAsync(FinishedObject.Collection, $"{spec.Id}\n", ct).ConfigureAwait(false)).ToDictionary(d => d.Id[(spec.Id.Length + 1)..], d => d.Value);
        await CountAsync().ConfigureAwait(false);
        for (var i = 0; i < inputs.Count; i++)
        {
            var (at, relative) = inputs[i];
            var mark = $"{at.Bucket.Name}/{at.Key}";
            if (done.ContainsKey(mark)) continue;
            var finished = await run.ObjectAsync(at, Target(spec, spec.OutputStem, relative, i, inputs.Count), spec.ErrorStem is { } stem ? Target(spec, stem, relative, i, inputs.Count) : null, ct).ConfigureAwait(false);
            // An object that cannot be read is left out where records may be; what else fails would fail for all. So many as are tolerated may fail of anything.
            if (!finished.TryGet(out var tally, out error) && (spec.ErrorStem is null || error.Code != ErrorCode.InvalidArgument) && done.Values.Count(d => d.Omission is not null) >= spec.ToleratedFailures) return error;
            if (error is not null && spec.Log is { } log) _logs.Append(log, _time.GetUtcNow(), $"{error.Message}; the job goes on without it");
            // A kill between the output and this mark has the object done over; its output is replaced by the same bytes.
            done[mark] = new FinishedObject(tally.Records, tally.Rejected, error?.Message);
            await _state.PutAsync(FinishedObject.Collection, $"{spec.Id}\n{mark}", done[mark], CancellationToken.None).ConfigureAwait(false);
            await CountAsync().ConfigureAwait(false);
        }
        var (records, lost) = (done.Values.Sum(d => d.Records), done.Values.Sum(d => d.Rejected));
        if (records == 0 && (lost > 0 || done.Values.Any(d => d.Omission is not null)))
            return new Error(ErrorCode.InvalidArgument, $"none of the records could be predicted: {done.Values.Select(d => d.Omission).OfType<string>().FirstOrDefault() ?? run.FirstError?.Message ?? $"{lost} were refused"}");
        return spec.JoinedAs is null ? null : await JoinedOutput.PutAsync(_objects, spec, [.. Parts()], ct).ConfigureAwait(false);

        IEnumerable<string> Parts() => inputs.Select((input, i) => (Mark: $"{input.At.Bucket.Name}/{input.At.Key}", Target: Target(spec, spec.OutputStem, input.Relative, i, inputs.Count))).Where(p => done[p.Mark].Omission is null).Select(p => p.Target);

        Task CountAsync() => ChangeAsync(spec.Id, s => s with
        {
            Job = s.Job with
            {
                ObjectsTotal = inputs.Count, ObjectsDone = done.Count, Records = done.Values.Sum(d => d.Records), Rejected = done.Values.Sum(d => d.Rejected),
                Omissions = [.. done.Values.Select(d => d.Omission).OfType<string>().Take(MaxOmissions)],
            },
        });
    }

    private async Task<Result<List<(ObjectLocation At, string Relative)>>> InputsAsync(BatchSpec spec, CancellationToken ct) => spec.Sources is { } sources
        ? sources.Select(s => (s, s.Key[(s.Key.LastIndexOf('/') + 1)..])).ToList()
        : (await ChannelDownload.ListAsync(_objects, spec.Input, spec.InputKind, ct).ConfigureAwait(false)).Map(found => found.Select(f => (new ObjectLocation(spec.Input.Bucket, f.Key), f.Relative)).ToList());

    private static IRecordShape? Shape(BatchSpec spec) => spec.Rows is { } rows ? new NamedRows(rows) : spec.Instances is { } instances ? new InstanceEnvelope(instances) : DataProcessing.Of(spec).Value;

    private static string Target(BatchSpec spec, string? named, string relative, int number, int count) =>
        spec.Output.Below(named is { } stem ? $"{stem}-{number:D5}-of-{count:D5}" : $"{relative}.out").Key;

    private static JobState Live(BatchJob job, JobState next) => job.State == JobState.Stopping ? job.State : next;

    private async Task<StoredBatch> ChangeAsync(string id, Func<StoredBatch, StoredBatch> change) =>
        (await WhenThereIsRoom.WriteAsync(() => _state.ChangeAsync(StoredBatch.Collection, id, s => change(s), CancellationToken.None), _time, () => _end.IsCancellationRequested).ConfigureAwait(false)).Value.Value;

    private async Task FinishAsync(BatchSpec spec, JobState final, string? reason)
    {
        await ChangeAsync(spec.Id, s => s with { Job = s.Job with { State = final, Reason = reason, Ended = _time.GetUtcNow() } }).ConfigureAwait(false);
        if (spec.Log is { } log && reason is not null) _logs.Append(log, _time.GetUtcNow(), reason);
        foreach (var mark in await _state.ListAsync(FinishedObject.Collection, $"{spec.Id}\n").ConfigureAwait(false))
            await _state.DeleteAsync(FinishedObject.Collection, mark.Id).ConfigureAwait(false);
    }

    private static Dictionary<string, string> Merge(IReadOnlyDictionary<string, string> under, IReadOnlyDictionary<string, string> over)
    {
        var merged = new Dictionary<string, string>(under);
        foreach (var (name, value) in over) merged[name] = value;
        return merged;
    }

    private sealed class Underway(CancellationTokenSource stop)
    {
        public CancellationTokenSource Stop { get; } = stop;
        public Task Done { get; set; } = Task.CompletedTask;
    }
}
