using System.Collections.Concurrent;
using Isobar.Engine.Processes;
using Isobar.Engine.State;

namespace Isobar.Engine.Training;

/// <summary>The handle of a running supervisor.</summary>
internal sealed class Supervision
{
    private static readonly TimeSpan AbandonWait = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();

    public CancellationToken Stop => _stop.Token;
    public Task Done { get; set; } = Task.CompletedTask;
    /// <summary>Whether the server is going down: the job stays as it is, for the next start.</summary>
    public bool IsAbandoned { get; private set; }

    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>Writes down what became of a job. A full disk is waited out, unless the server goes down meanwhile.</summary>
    public static Task<T> RecordAsync<T>(ConcurrentDictionary<string, Supervision> running, string id, TimeProvider time, Func<Task<T>> write) =>
        WhenThereIsRoom.WriteAsync(write, time, () => running.TryGetValue(id, out var supervision) && supervision.IsAbandoned);

    /// <summary>Ends supervisors without ending their jobs; children that outlive the wait die with the server.</summary>
    public static async Task AbandonAllAsync(IEnumerable<Supervision> supervisions, TimeProvider time, CancellationToken ct)
    {
        var all = supervisions.ToList();
        foreach (var supervision in all)
        {
            supervision.IsAbandoned = true;
            await supervision._stop.CancelAsync().ConfigureAwait(false);
        }
        await Task.WhenAny(Task.WhenAll(all.Select(s => s.Done)), Task.Delay(AbandonWait, time, ct)).ConfigureAwait(false);
    }
}

/// <summary>The places that training, processing and trials share.</summary>
internal sealed class JobPlaces(EngineOptions options)
{
    public FairQueue Queue { get; } = new(options.MaxParallelJobs, options.MaxQueuedJobs);
}

/// <summary>Steps in a job's life.</summary>
internal static class JobSteps
{
    public static TrainingJob Move(this TrainingJob job, JobState state, DateTimeOffset now, string message) =>
        job with { State = state, Transitions = [.. Close(job.Transitions, now), new JobTransition(state, now, null, message)] };

    public static TrainingJob End(this TrainingJob job, JobState state, DateTimeOffset now, string? reason) =>
        job with { State = state, Ended = now, Reason = reason, Transitions = [.. Close(job.Transitions, now), new JobTransition(state, now, now, reason ?? $"The training job is {state.ToString().ToLowerInvariant()}")] };

    private static IEnumerable<JobTransition> Close(IReadOnlyList<JobTransition> transitions, DateTimeOffset now) =>
        transitions.Select((t, i) => i == transitions.Count - 1 && t.End is null ? t with { End = now } : t);
}
