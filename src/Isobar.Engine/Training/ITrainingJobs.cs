using Isobar.Core.Results;

namespace Isobar.Engine.Training;

/// <summary>Training jobs: supervised child processes with durable states. A job under way when the server was killed is resumed, or failed with that reason, at the next start.</summary>
public interface ITrainingJobs
{
    /// <summary>Accepts a job; durable when this returns. <see cref="ErrorCode.AlreadyExists"/>, <see cref="ErrorCode.ResourceExhausted"/> when the queue is full.</summary>
    Task<Result<TrainingJob>> SubmitAsync(TrainingSpec spec, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<TrainingJob>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>Asks a job to stop; <see cref="ErrorCode.FailedPrecondition"/> when it is final already.</summary>
    Task<Result<TrainingJob>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Drops a final job's record and folder.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>All jobs whose id starts so.</summary>
    Task<IReadOnlyList<TrainingJob>> ListAsync(string idPrefix = "", CancellationToken ct = default);
    /// <summary>Completes when the job is final.</summary>
    Task<TrainingJob> WaitAsync(string id, CancellationToken ct = default);
    /// <summary>Values of the job's metrics over time, oldest first.</summary>
    Task<IReadOnlyList<JobMetric>> MetricsAsync(string id, CancellationToken ct = default);
    /// <summary>Adds values of metrics that the program tells otherwise than by its lines; they count as its own.</summary>
    Task<Result<Done>> AddMetricsAsync(string id, IReadOnlyList<JobMetric> metrics, CancellationToken ct = default);
}
