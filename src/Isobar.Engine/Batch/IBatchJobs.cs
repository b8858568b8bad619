using Isobar.Core.Results;

namespace Isobar.Engine.Batch;

/// <summary>
/// Batch jobs. Each input object gives one output object, put atomically; a job under way when the server was killed goes on with the objects
/// that have no output yet, so that no record is lost or written twice.
/// </summary>
public interface IBatchJobs
{
    /// <summary>Accepts a job; durable when this returns. <see cref="ErrorCode.AlreadyExists"/>, <see cref="ErrorCode.ResourceExhausted"/>.</summary>
    Task<Result<BatchJob>> SubmitAsync(BatchSpec spec, CancellationToken ct = default);
    /// <summary>Reads a job.</summary>
    Task<Result<BatchJob>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>Asks a job to stop; outputs already put stay. <see cref="ErrorCode.FailedPrecondition"/> when it is final already.</summary>
    Task<Result<BatchJob>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Forgets a job; its outputs stay. <see cref="ErrorCode.FailedPrecondition"/> while it is not final.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>All jobs whose id starts so.</summary>
    Task<IReadOnlyList<BatchJob>> ListAsync(string idPrefix = "", CancellationToken ct = default);
    /// <summary>Completes when the job is final.</summary>
    Task<BatchJob> WaitAsync(string id, CancellationToken ct = default);
}
