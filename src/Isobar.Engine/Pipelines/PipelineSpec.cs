using System.Text.Json.Nodes;

namespace Isobar.Engine.Pipelines;

/// <summary>What the executor does with a step.</summary>
public enum StepRole
{
    /// <summary>Runs a task of the dialect through its <see cref="IPipelineTasks"/>.</summary>
    Task,
    /// <summary>Settles a truth that guards other steps.</summary>
    Condition,
    /// <summary>Ends the execution as failed, with a message.</summary>
    Fail,
    /// <summary>Waits until someone reports its success or failure by its token.</summary>
    Wait,
    /// <summary>Runs its inner steps once for each item of a list.</summary>
    Loop,
    /// <summary>Runs its inner steps, with inputs of their own; again, where <see cref="PipelineStep.Again"/> says so.</summary>
    Group,
}

/// <summary>When a group's steps run once more.</summary>
/// <param name="While">A truth over the round that ended; while it holds, there is another.</param>
/// <param name="Inputs">What of the next round's inputs differs from those of the round that ended: an object whose members are laid over them.</param>
/// <param name="MaxRounds">Rounds at most.</param>
public sealed record GroupRepetition(JsonNode? While, JsonNode? Inputs, int MaxRounds);

/// <summary>A step runs only if a condition came out so.</summary>
public sealed record StepGuard(string Condition, bool Outcome);

/// <summary>Whether, and how long, an equal step's results are taken over instead of running it again.</summary>
/// <param name="Scope">Results are shared within a scope, such as one pipeline's steps of one name.</param>
/// <param name="MaxAge">Older results are not taken; null: of any age.</param>
public sealed record StepCaching(string Scope, TimeSpan? MaxAge = null);

/// <summary>When a failed step is tried again.</summary>
/// <param name="Faults">The kinds of failure, in the dialect's words; empty for every kind.</param>
/// <param name="Interval">The first wait.</param>
/// <param name="Backoff">Each wait is so many times the one before.</param>
/// <param name="MaxAttempts">Retries at most; null: as long as <paramref name="ExpireAfter"/> allows.</param>
/// <param name="ExpireAfter">No retry later than this after the step first started.</param>
public sealed record StepRetry(IReadOnlyList<string> Faults, TimeSpan Interval, double Backoff = 2, int? MaxAttempts = null, TimeSpan? ExpireAfter = null);

/// <summary>
/// A step. Dialects compile to these: a SageMaker step, a Kubeflow task or an Azure ML pipeline node alike. <see cref="Arguments"/> may hold
/// expressions (<see cref="Expressions"/>), which are resolved when the step starts.
/// </summary>
public sealed record PipelineStep
{
    /// <summary>Unique within the pipeline, or within its group or loop; letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; init; }
    /// <summary>What the executor does with it.</summary>
    public StepRole Role { get; init; }
    /// <summary>The dialect's word for what it is, such as <c>Training</c>.</summary>
    public string Kind { get; init; } = "";
    /// <summary>Steps that must have succeeded before; with <see cref="Always"/> it is enough that they are over.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];
    /// <summary>Conditions that must have come out so; otherwise the step is skipped, and those that depend on it.</summary>
    public IReadOnlyList<StepGuard> Guards { get; init; } = [];
    /// <summary>Runs even when the execution has failed meanwhile: an exit handler.</summary>
    public bool Always { get; init; }
    /// <summary>A task's arguments; a condition's truth; a failure's message; a loop's list, or its JSON; a group's inputs.</summary>
    public JsonNode? Arguments { get; init; }
    /// <summary>Opaque to the engine: handed to the dialect with the task.</summary>
    public JsonNode? Data { get; init; }
    /// <summary>Caching; null for none.</summary>
    public StepCaching? Cache { get; init; }
    /// <summary>Retries; the first that fits the failure counts.</summary>
    public IReadOnlyList<StepRetry> Retries { get; init; } = [];
    /// <summary>The steps of a loop or group; in their arguments <c>{"$ref": ["item"]}</c> is the item, and <c>{"$ref": ["inputs"]}</c> the group's arguments.</summary>
    public IReadOnlyList<PipelineStep> Steps { get; init; } = [];
    /// <summary>A group's outputs, in terms of its steps; a loop's are a list for each of its steps.</summary>
    public JsonNode? Results { get; init; }
    /// <summary>A group that may run more than once.</summary>
    public GroupRepetition? Again { get; init; }
    /// <summary>A loop's items at the same time; 0 for all.</summary>
    public int MaxParallel { get; init; }
}

/// <summary>An execution of a pipeline, cloud-neutral.</summary>
public sealed record PipelineSpec
{
    /// <summary>Unique over all clouds, given by the dialect.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose execution it is; names the <see cref="IPipelineTasks"/>.</summary>
    public required string Owner { get; init; }
    /// <summary>The steps.</summary>
    public required IReadOnlyList<PipelineStep> Steps { get; init; }
    /// <summary>What expressions find under names of their own, such as <c>parameters</c> or <c>execution</c>.</summary>
    public JsonObject Variables { get; init; } = [];
    /// <summary>Steps at the same time; 0 for as many as are ready.</summary>
    public int MaxParallel { get; init; }
    /// <summary>Whether what does not depend on a failed step still runs; otherwise nothing starts any more but what <see cref="PipelineStep.Always"/> runs.</summary>
    public bool KeepGoing { get; init; }
    /// <summary>Opaque to the engine: handed to the dialect with every task.</summary>
    public string OwnerData { get; init; } = "";
}
