using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>Where a job of any kind stands.</summary>
public enum RunState
{
    /// <summary>Accepted and under way.</summary>
    InProgress,
    /// <summary>Done.</summary>
    Completed,
    /// <summary>Ended without success; the reason says why.</summary>
    Failed,
    /// <summary>Asked to stop.</summary>
    Stopping,
    /// <summary>Stopped, with what it had saved.</summary>
    Stopped,
}

/// <summary>
/// Code of one's own, which a job runs in place of an algorithm. It finds each channel's data in the folder that the variable <c>SM_CHANNEL_NAME</c> names, leaves its
/// model (<c>model.onnx</c>) in that of <c>SM_MODEL_DIR</c>, is given the hyperparameters as <c>--name value</c>, and tells metrics by lines <c>channel:metric=value</c>.
/// </summary>
/// <param name="Archive">A tar.gz of the sources.</param>
/// <param name="Entry">The program in it: a .py, .sh, .js or .dll file, or one that can be run.</param>
public sealed record TrainingCode(DataLocation Archive, string Entry);

/// <summary>A training job to start.</summary>
public sealed record TrainingOrder
{
    /// <summary>Unique among the cloud's jobs; letters, digits and hyphens.</summary>
    public required string Name { get; init; }
    /// <summary>A name of the engine's catalogue, such as <c>boosted-trees</c>.</summary>
    public required string Algorithm { get; init; }
    /// <summary>Code of one's own, in place of the algorithm; task, label and content type are its own affair then.</summary>
    public TrainingCode? Code { get; init; }
    /// <summary><c>binary</c>, <c>multiclass</c>, <c>regression</c>, <c>clustering</c>, <c>anomaly</c> or <c>projection</c>.</summary>
    public required string Task { get; init; }
    /// <summary>The label's column by name, or by number from 0; null where the task has none.</summary>
    public string? Label { get; init; }
    /// <summary>Columns to leave out, by name or number.</summary>
    public IReadOnlyList<string> Ignore { get; init; } = [];
    /// <summary>Values by the catalogue's names.</summary>
    public IReadOnlyDictionary<string, string> HyperParameters { get; init; } = new Dictionary<string, string>();
    /// <summary>Data by channel; <c>train</c> is a must, <c>validation</c> and <c>test</c> are welcome.</summary>
    public required IReadOnlyDictionary<string, DataLocation> Channels { get; init; }
    /// <summary>MIME type of the data; default CSV with a header.</summary>
    public string ContentType { get; init; } = "text/csv;header=present";
    /// <summary>The prefix below which the model is stored.</summary>
    public required DataLocation Output { get; init; }
    /// <summary>
    /// Whether the job begins with what lies below <see cref="CheckpointsAt"/>, and keeps its checkpoints there, where the cloud (<see cref="ITraining.KeepsCheckpoints"/>)
    /// and the algorithm can.
    /// </summary>
    public bool Checkpoints { get; init; }
    /// <summary>The prefix of the job's checkpoints.</summary>
    public DataLocation CheckpointsAt => Output with { Key = $"{Output.Key.TrimEnd('/')}/{Name}/checkpoints/" };
    /// <summary>The longest it may run. Default one hour.</summary>
    public TimeSpan MaxRunTime { get; init; } = TimeSpan.FromHours(1);
    /// <summary>Whether interruptible capacity may be used.</summary>
    public bool Spot { get; init; }
    /// <summary>The cloud's machine type; null: the cloud's smallest that fits.</summary>
    public string? InstanceType { get; init; }
    /// <summary>The seed of every draw.</summary>
    public int Seed { get; init; }
}

/// <summary>A training job.</summary>
public sealed record TrainingRun
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }
    /// <summary>Where it stands.</summary>
    public required RunState State { get; init; }
    /// <summary>The step that it is in, in the cloud's word: <c>Downloading</c>, <c>Training</c>, …</summary>
    public string Step { get; init; } = "";
    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }
    /// <summary>When it was accepted.</summary>
    public DateTimeOffset Created { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>The newest value of each metric, as <c>channel:metric</c>.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();
    /// <summary>The stored model, once there is one.</summary>
    public DataLocation? Model { get; init; }
    /// <summary>Seconds that are billed, where the cloud tells.</summary>
    public double? BillableSeconds { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is RunState.Completed or RunState.Failed or RunState.Stopped;
}

/// <summary>A line of a log.</summary>
public sealed record RunLogLine(DateTimeOffset Time, string Text);

/// <summary>Lines of a log, and where to go on reading.</summary>
/// <param name="Next">Opaque; equal to the token asked with when nothing new is there.</param>
public sealed record RunLogPage(IReadOnlyList<RunLogLine> Lines, string? Next);

/// <summary>Training jobs.</summary>
public interface ITraining
{
    /// <summary>Whether jobs of this cloud can keep checkpoints.</summary>
    bool KeepsCheckpoints => false;
    /// <summary>Starts a job; durable when this returns.</summary>
    Task<Result<TrainingRun>> StartAsync(TrainingOrder order, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<TrainingRun>> GetAsync(string name, CancellationToken ct = default);
    /// <summary>All jobs, newest first.</summary>
    Task<Result<IReadOnlyList<TrainingRun>>> ListAsync(CancellationToken ct = default);
    /// <summary>Asks a job to stop.</summary>
    Task<Result<Done>> StopAsync(string name, CancellationToken ct = default);
    /// <summary>The job's log after a place; null: from its beginning. Empty while there is none.</summary>
    Task<Result<RunLogPage>> LogAsync(string name, string? after = null, CancellationToken ct = default);
}
