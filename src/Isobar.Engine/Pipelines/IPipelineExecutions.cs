using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>Executions of pipelines: durable; one under way when the server was killed goes on where it was, steps that are done are not run again.</summary>
public interface IPipelineExecutions
{
    /// <summary>Accepts an execution; durable when this returns. <see cref="ErrorCode.AlreadyExists"/>; <see cref="ErrorCode.InvalidArgument"/> with every fault of the graph.</summary>
    Task<Result<PipelineExecution>> StartAsync(PipelineSpec spec, CancellationToken ct = default);
    /// <summary>Reads an execution.</summary>
    Task<Result<PipelineExecution>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>All executions whose id starts so.</summary>
    Task<IReadOnlyList<PipelineExecution>> ListAsync(string idPrefix = "", CancellationToken ct = default);
    /// <summary>Asks an execution to stop; <see cref="ErrorCode.FailedPrecondition"/> when it is over.</summary>
    Task<Result<PipelineExecution>> StopAsync(string id, CancellationToken ct = default);
    /// <summary>Takes up a failed or stopped execution: what failed or was stopped runs again, what succeeded does not. <see cref="ErrorCode.FailedPrecondition"/> otherwise.</summary>
    Task<Result<PipelineExecution>> RetryAsync(string id, CancellationToken ct = default);
    /// <summary>Drops the record of an execution that is over; <see cref="ErrorCode.FailedPrecondition"/> otherwise.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>Reports the end of a waiting step by its token; the execution it belongs to. <see cref="ErrorCode.NotFound"/>, or <see cref="ErrorCode.FailedPrecondition"/> when the step is over.</summary>
    Task<Result<PipelineExecution>> ReportAsync(string idPrefix, string token, JsonNode? outputs, string? failure, CancellationToken ct = default);
    /// <summary>Completes when the execution is over.</summary>
    Task<PipelineExecution> WaitAsync(string id, CancellationToken ct = default);
}
