using System.Text.Json.Serialization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>A manifest that was applied, and who applied it.</summary>
/// <param name="Revision">1 at first, one more each time that it changes.</param>
/// <param name="Leaving">Whether everything of it is being taken down.</param>
public sealed record Project(Manifest Manifest, long Revision, DateTimeOffset Applied, string AppliedBy, bool Leaving = false);

/// <summary>Where a piece of work stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Phase>))]
public enum Phase
{
    /// <summary>Decided, not begun.</summary>
    Planned,
    /// <summary>Under way.</summary>
    Running,
    /// <summary>As it should be.</summary>
    Done,
    /// <summary>Not to be had; the reason says why.</summary>
    Failed,
}

/// <summary>A place that was tried without success.</summary>
/// <param name="Machine">The machine type, where it was that alone that was lost or not to be had, and not the cloud.</param>
public sealed record Tried(string Cloud, string Job, DateTimeOffset At, string Reason, string? Machine = null);

/// <summary>The training of a model as it stands.</summary>
/// <param name="Fingerprint">Of everything that makes the model what it is: a change of it means training again.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Job">The job's name in the cloud.</param>
/// <param name="Why">Why there.</param>
public sealed record TrainingStanding(
    string Fingerprint, int Attempt, string Cloud, string Region, string Sku, bool Spot, string Job, Phase Phase, string Why, decimal Estimate, DateTimeOffset Since,
    string? Reason = null, DateTimeOffset? Ended = null, IReadOnlyDictionary<string, double>? Metrics = null, IReadOnlyList<Tried>? Tried = null, int? Version = null, string? Search = null);

/// <summary>The service of a model in one cloud as it stands.</summary>
/// <param name="Version">The version that is wanted there.</param>
/// <param name="Checked">When it was last seen to be so.</param>
/// <param name="Needs">What its machine was chosen for.</param>
/// <param name="Mended">How often it was found to differ from what it should be, and mended.</param>
public sealed record ServingStanding(string Cloud, string Endpoint, int Version, string? Sku, int Instances, Phase Phase, DateTimeOffset Since, DateTimeOffset Checked, string? Reason = null, int Mended = 0, string? Needs = null);

/// <summary>A version that has a share of the traffic, beside the one that is served.</summary>
/// <param name="Serving">Its endpoint, in one of the clouds.</param>
/// <param name="Percent">Its share now.</param>
/// <param name="Ending">Whether it gets no traffic any more and is to go.</param>
public sealed record TrialStanding(ServingStanding Serving, double Percent = 0, bool Ending = false);

/// <summary>A model as it stands.</summary>
/// <param name="Production">The version that is served.</param>
/// <param name="Previous">The versions that were served before it, newest first.</param>
/// <param name="Decided">The version of the last training that it was decided of whether it is served.</param>
/// <param name="Trial">A new version on trial.</param>
public sealed record ModelStanding(string Project, string Model, TrainingStanding? Training = null, IReadOnlyList<ServingStanding>? Serving = null, int? Production = null, IReadOnlyList<int>? Previous = null, string? Fault = null, int? Decided = null, TrialStanding? Trial = null);

/// <summary>A cloud that failed, or a machine of it that was taken away or not to be had, and is left alone for a while.</summary>
/// <param name="Times">How often in a row: each time it is left alone twice as long.</param>
/// <param name="Region">Of a machine: where.</param>
/// <param name="Sku">The machine type; null: the whole cloud.</param>
/// <param name="Spot">Of a machine: whether its interruptible capacity alone is meant.</param>
public sealed record Block(string Cloud, DateTimeOffset Until, string Reason, int Times = 1, string? Region = null, string? Sku = null, bool Spot = false);

/// <summary>Something that happened, for people.</summary>
public sealed record ControlEvent(DateTimeOffset At, string Kind, string Project, string? Model, string? Cloud, string Message);

/// <summary>Contracts of what is stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(ModelStanding))]
[JsonSerializable(typeof(Block))]
[JsonSerializable(typeof(ControlEvent))]
[JsonSerializable(typeof(IReadOnlyList<ControlEvent>))]
public sealed partial class OrchestrationJson : JsonSerializerContext;

/// <summary>The kinds of documents.</summary>
internal static class Kinds
{
    public static readonly Kind<Project> Projects = new("control.projects", OrchestrationJson.Default.Project);
    public static readonly Kind<ModelStanding> Models = new("control.models", OrchestrationJson.Default.ModelStanding);
    public static readonly Kind<Block> Blocks = new("control.blocks", OrchestrationJson.Default.Block);
    public static readonly Kind<ControlEvent> Events = new("control.events", OrchestrationJson.Default.ControlEvent);
}
