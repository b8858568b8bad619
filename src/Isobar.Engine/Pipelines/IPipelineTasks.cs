using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>A task to run.</summary>
/// <param name="Execution">The execution.</param>
/// <param name="Step">The step; its <see cref="PipelineStep.Kind"/> and <see cref="PipelineStep.Data"/> say what it is.</param>
/// <param name="Attempt">From 1. With execution and step it names the task for good.</param>
/// <param name="Arguments">The resolved arguments.</param>
public sealed record PipelineTask(PipelineSpec Execution, PipelineStep Step, int Attempt, JsonNode? Arguments);

/// <summary>How a task stands: <see cref="StepState.Running"/>, or how it ended.</summary>
/// <param name="State">Never <see cref="StepState.Pending"/> or <see cref="StepState.Skipped"/>.</param>
/// <param name="Outputs">What other steps may refer to; also while it runs, as far as it is known.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Fault">The kind of failure, in the dialect's words, for its retries.</param>
public sealed record StepStatus(StepState State, JsonNode? Outputs = null, string? Reason = null, string? Fault = null);

/// <summary>Runs the tasks of a dialect. Registered by the dialect, found by <see cref="Owner"/>.</summary>
public interface IPipelineTasks
{
    /// <summary>The cloud.</summary>
    string Owner { get; }

    /// <summary>Starts a task. It is called again for a task that was under way when the server was killed: what runs or ran already under the task's name is attached to, never started twice.</summary>
    Task<Result<StepStatus>> StartAsync(PipelineTask task, CancellationToken ct = default);

    /// <summary>How a started task stands.</summary>
    Task<StepStatus> LookAsync(PipelineTask task, CancellationToken ct = default);

    /// <summary>Asks a task to stop; it is looked at until it has.</summary>
    Task StopAsync(PipelineTask task, CancellationToken ct = default);

    /// <summary>Told when a step of whatever role is over, just before that is written: what is done here may be done again after a kill.</summary>
    Task EndedAsync(PipelineSpec execution, StepRun run, CancellationToken ct = default) => Task.CompletedTask;
}
