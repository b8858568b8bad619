using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>A batch prediction to start.</summary>
/// <param name="Name">Unique among the cloud's batch jobs.</param>
/// <param name="Model">A registered model.</param>
/// <param name="Input">One object, or all below a prefix.</param>
/// <param name="Output">The prefix below which the cloud writes, under names of its own.</param>
public sealed record BatchOrder(string Name, string Model, DataLocation Input, DataLocation Output)
{
    /// <summary>MIME type of the input.</summary>
    public string ContentType { get; init; } = "text/csv";
    /// <summary>MIME type wanted; null: the model's own choice.</summary>
    public string? Accept { get; init; }
    /// <summary>Whether each line is a record of its own.</summary>
    public bool SplitLines { get; init; } = true;
    /// <summary>Whether each prediction is written behind its input.</summary>
    public bool JoinInput { get; init; }
    /// <summary>The cloud's machine type; null: its smallest that fits.</summary>
    public string? InstanceType { get; init; }
}

/// <summary>A batch prediction.</summary>
public sealed record BatchRun(string Name, RunState State, string? Reason, DateTimeOffset Created, DateTimeOffset? Ended)
{
    /// <summary>Whether nothing more will happen.</summary>
    public bool IsFinal => State is RunState.Completed or RunState.Failed or RunState.Stopped;
}

/// <summary>Batch predictions.</summary>
public interface IBatch
{
    /// <summary>Starts a job; durable when this returns.</summary>
    Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<BatchRun>> GetAsync(string name, CancellationToken ct = default);
    /// <summary>All jobs, newest first.</summary>
    Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default);
    /// <summary>
    /// The predictions of a completed job, one for each record, in the order of the records and of their objects' keys, each as the line of
    /// <c>text/csv</c> that an endpoint of the model answers; <see cref="ErrorCode.FailedPrecondition"/> before its end.
    /// </summary>
    Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default);
    /// <summary>Asks a job to stop.</summary>
    Task<Result<Done>> StopAsync(string name, CancellationToken ct = default);
}
