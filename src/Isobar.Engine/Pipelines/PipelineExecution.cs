using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Isobar.Engine.Pipelines;

/// <summary>Where a step stands.</summary>
public enum StepState
{
    /// <summary>Not started yet.</summary>
    Pending,
    /// <summary>Under way.</summary>
    Running,
    /// <summary>Done, with its outputs.</summary>
    Succeeded,
    /// <summary>Ended without success.</summary>
    Failed,
    /// <summary>Ended on request.</summary>
    Stopped,
    /// <summary>Not to be run: a condition came out otherwise, or what it depends on was skipped.</summary>
    Skipped,
}

/// <summary>Where an execution stands.</summary>
public enum ExecutionState
{
    /// <summary>Steps run, or will.</summary>
    Executing,
    /// <summary>Asked to stop; its tasks are ending.</summary>
    Stopping,
    /// <summary>Stopped.</summary>
    Stopped,
    /// <summary>A step failed.</summary>
    Failed,
    /// <summary>Every step that was to run succeeded.</summary>
    Succeeded,
}

/// <summary>A step's life in an execution.</summary>
public sealed record StepRun
{
    /// <summary>The step, as it stands in this execution: a loop's inner steps come once for each item.</summary>
    public required PipelineStep Step { get; init; }
    /// <summary>Where it stands.</summary>
    public StepState State { get; init; }
    /// <summary>Starts so far.</summary>
    public int Attempts { get; init; }
    /// <summary>When it first started.</summary>
    public DateTimeOffset? Started { get; init; }
    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }
    /// <summary>A retry waits until then.</summary>
    public DateTimeOffset? NotBefore { get; init; }
    /// <summary>Its arguments as they were when it started.</summary>
    public JsonNode? Resolved { get; init; }
    /// <summary>What other steps may refer to.</summary>
    public JsonNode? Outputs { get; init; }
    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }
    /// <summary>The execution whose results were taken over from the cache.</summary>
    public string? CachedFrom { get; init; }
    /// <summary>What reports the end of a waiting step.</summary>
    public string? Token { get; init; }
    /// <summary>Its name as declared, where a group or loop made it: <see cref="Step"/> has one that tells rounds and items apart.</summary>
    public string? Local { get; init; }
    /// <summary>The group or loop that made it.</summary>
    public string? Parent { get; init; }
    /// <summary>The group's round, or the loop's item, that it belongs to.</summary>
    public int? Item { get; init; }
    /// <summary>A group's inputs in each round so far.</summary>
    public IReadOnlyList<JsonNode?> Rounds { get; init; } = [];
    /// <summary>Its name as declared.</summary>
    [JsonIgnore]
    public string Declared => Local ?? Step.Name;
    /// <summary>Whether nothing more will happen to it.</summary>
    [JsonIgnore]
    public bool IsFinal => State is not StepState.Pending and not StepState.Running;
}

/// <summary>An execution with its life so far.</summary>
public sealed record PipelineExecution
{
    /// <summary>What was asked for.</summary>
    public required PipelineSpec Spec { get; init; }
    /// <summary>Where it stands.</summary>
    public ExecutionState State { get; init; }
    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it last changed.</summary>
    public required DateTimeOffset Changed { get; init; }
    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }
    /// <summary>Its steps, as declared; what groups and loops make follows at the end.</summary>
    public required IReadOnlyList<StepRun> Steps { get; init; }
    /// <summary>Whether nothing more will happen.</summary>
    [JsonIgnore]
    public bool IsFinal => State is ExecutionState.Stopped or ExecutionState.Failed or ExecutionState.Succeeded;

    internal StepRun? Find(string name) => Steps.FirstOrDefault(s => s.Step.Name == name);

    internal PipelineExecution With(StepRun changed) => this with { Steps = [.. Steps.Select(s => s.Step.Name == changed.Step.Name ? changed : s)] };
}
