using System.Text.Json.Serialization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.Server.Control;

/// <summary>A project and how far it has come.</summary>
/// <param name="Settled">Whether everything is as the manifest wants it.</param>
/// <param name="Stopped">Why it goes no further by itself: the budget for this month is spent.</param>
public sealed record ProjectReply(string Name, long Version, long Revision, DateTimeOffset Applied, string AppliedBy, bool Leaving, bool Settled, Manifest Manifest, IReadOnlyList<ModelStanding> Models, string? Stopped = null);

/// <summary>A cloud.</summary>
/// <param name="Address">Of an emulator.</param>
/// <param name="BlockedUntil">Until when nothing new is placed there, as it failed of late.</param>
public sealed record CloudReply(string Name, string Kind, string Region, string? Address, bool Emulated, DateTimeOffset? BlockedUntil, string? Reason)
{
    /// <summary>Machines that were taken away or not to be had of late, and are not asked for meanwhile.</summary>
    public IReadOnlyList<BlockedMachine> Machines { get; init; } = [];
}

/// <summary>A machine that is not asked for until then.</summary>
/// <param name="Spot">Whether its interruptible capacity alone is meant.</param>
public sealed record BlockedMachine(string Sku, string Region, bool Spot, DateTimeOffset Until, string Reason);

/// <summary>That a version is to be promoted.</summary>
public sealed record PromoteRequest(int Version, bool Force = false);

/// <summary>Contracts of the control plane's API.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProjectReply))]
[JsonSerializable(typeof(IReadOnlyList<ProjectReply>))]
[JsonSerializable(typeof(IReadOnlyList<CloudReply>))]
[JsonSerializable(typeof(PromoteRequest))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(IReadOnlyList<ModelVersion>))]
public sealed partial class ControlJson : JsonSerializerContext;
