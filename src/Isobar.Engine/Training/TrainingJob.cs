namespace Isobar.Engine.Training;

/// <summary>Where a job stands. The first five are under way, the last three are final.</summary>
public enum JobState
{
    /// <summary>Waiting for a place.</summary>
    Queued,
    /// <summary>Inputs are being fetched.</summary>
    Downloading,
    /// <summary>The child runs.</summary>
    Running,
    /// <summary>Results are being stored.</summary>
    Uploading,
    /// <summary>Asked to stop; the child may still save.</summary>
    Stopping,
    /// <summary>Done, with its results stored.</summary>
    Completed,
    /// <summary>Ended without success; the reason says why.</summary>
    Failed,
    /// <summary>Stopped on request or at its time limit, with what it had saved.</summary>
    Stopped,
}

/// <summary>A step in a job's life.</summary>
/// <param name="State">Which.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended, or null while it lasts.</param>
/// <param name="Message">For a person.</param>
public sealed record JobTransition(JobState State, DateTimeOffset Start, DateTimeOffset? End, string Message);

/// <summary>The newest value of a metric of a job.</summary>
public sealed record JobMetric(string Name, double Value, DateTimeOffset Time, int? Step = null);

/// <summary>A training job with its life so far.</summary>
public sealed record TrainingJob
{
    /// <summary>What was asked for.</summary>
    public required TrainingSpec Spec { get; init; }
    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }
    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When the child first ran.</summary>
    public DateTimeOffset? Started { get; init; }
    /// <summary>When it reached a final state.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>Why it failed or stopped.</summary>
    public string? Reason { get; init; }
    /// <summary>Whether it stopped because <see cref="TrainingSpec.MaxRunTime"/> passed.</summary>
    public bool TimedOut { get; init; }
    /// <summary>Every step, oldest first.</summary>
    public IReadOnlyList<JobTransition> Transitions { get; init; } = [];
    /// <summary>Final metrics, the last value of each.</summary>
    public IReadOnlyList<JobMetric> FinalMetrics { get; init; } = [];
    /// <summary>Attempts made (more than one after interruptions or a restart of the server).</summary>
    public int Attempts { get; init; }
    /// <summary>Time that the child ran, over all attempts.</summary>
    public TimeSpan RunTime { get; init; }
    /// <summary>Time billed: for spot, the time actually run; else start to end.</summary>
    public TimeSpan BillableTime { get; init; }
    /// <summary>Whether a model was stored at <see cref="TrainingSpec.ModelOutput"/>.</summary>
    public bool HasModel { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is JobState.Completed or JobState.Failed or JobState.Stopped;
}
