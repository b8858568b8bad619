using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;

namespace Isobar.Engine.Processing;

/// <summary>An input of a processing job: objects below a location, laid in a folder of the child.</summary>
/// <param name="LocalPath">The path the user's code expects, such as <c>/opt/ml/processing/input</c>; it is rewritten to the job's own tree.</param>
public sealed record ProcessingInput(string Name, ObjectLocation Source, string LocalPath);

/// <summary>An output of a processing job: a folder of the child, stored below a location.</summary>
/// <param name="Continuous">Uploaded while the job runs, not only at its end.</param>
public sealed record ProcessingOutput(string Name, string LocalPath, ObjectLocation Target, bool Continuous = false);

/// <summary>A processing job: the user's own program over objects, or a built-in analysis.</summary>
public sealed record ProcessingSpec
{
    /// <summary>Unique over all clouds.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose job it is.</summary>
    public required string Owner { get; init; }
    /// <summary>The job's name.</summary>
    public required string Name { get; init; }
    /// <summary>Region, for the meter.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>Program and arguments; null when <see cref="BuiltIn"/> is set.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];
    /// <summary>A built-in analysis to run in the worker instead of a command, such as <c>model-monitor-analyzer</c>; null for none.</summary>
    public string? BuiltIn { get; init; }
    /// <summary>Inputs.</summary>
    public IReadOnlyList<ProcessingInput> Inputs { get; init; } = [];
    /// <summary>Outputs.</summary>
    public IReadOnlyList<ProcessingOutput> Outputs { get; init; } = [];
    /// <summary>Environment of the child.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
    /// <summary>The longest it may run.</summary>
    public TimeSpan MaxRunTime { get; init; } = TimeSpan.FromDays(1);
    /// <summary>The machine asked for.</summary>
    public InstanceSpec Instance { get; init; } = new();
    /// <summary>Where the child's lines go.</summary>
    public required LogStreamName Log { get; init; }
    /// <summary>Tags, for the meter.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A processing job with its life so far.</summary>
public sealed record ProcessingJob
{
    /// <summary>What was asked for.</summary>
    public required ProcessingSpec Spec { get; init; }
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
    /// <summary>What the child wrote to its message file (<c>/opt/ml/output/message</c>).</summary>
    public string? ExitMessage { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is JobState.Completed or JobState.Failed or JobState.Stopped;
}

/// <summary>A built-in analysis that a processing job may name; runs in the worker process over the job's folders.</summary>
public interface IBuiltInProcessor
{
    /// <summary>The name that <see cref="ProcessingSpec.BuiltIn"/> gives.</summary>
    string Name { get; }
    /// <summary>Runs over the rewritten local paths. Returns the exit message on success.</summary>
    Task<Result<string>> RunAsync(IReadOnlyDictionary<string, string> environment, Func<string, string> localPath, Action<string> log, CancellationToken ct);
}

/// <summary>Processing jobs; the same supervision as training.</summary>
public interface IProcessingJobs
{
    /// <summary>Accepts a job; durable when this returns.</summary>
    Task<Result<ProcessingJob>> SubmitAsync(ProcessingSpec spec, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<ProcessingJob>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>Asks a job to stop.</summary>
    Task<Result<ProcessingJob>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Completes when the job is final.</summary>
    Task<ProcessingJob> WaitAsync(string id, CancellationToken ct = default);
}
