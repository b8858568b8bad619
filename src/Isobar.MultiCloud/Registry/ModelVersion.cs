using System.Text.Json.Serialization;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Registry;

/// <summary>How far a version has come.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Stage>))]
public enum Stage
{
    /// <summary>Trained; is held against rows that it was not trained on before its gates are asked.</summary>
    Evaluating,
    /// <summary>Trained; waits for somebody to promote it.</summary>
    Candidate,
    /// <summary>A gate held it back.</summary>
    Rejected,
    /// <summary>Served.</summary>
    Production,
    /// <summary>Was served once.</summary>
    Archived,
}

/// <summary>Where a version comes from.</summary>
/// <param name="Data">The digest or place of each channel's data.</param>
/// <param name="Revision">The manifest's revision.</param>
public sealed record Lineage(string Fingerprint, IReadOnlyDictionary<string, string> Data, string Cloud, string Region, string Sku, bool Spot, string Job, long Revision);

/// <summary>What a gate said.</summary>
public sealed record GateOutcome(string Gate, double? Value, bool Passed, string Message);

/// <summary>A model that was trained, the same in every cloud.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Sha256">Of the artifact.</param>
/// <param name="Signature">Of what <see cref="Signing"/> says, Base64.</param>
public sealed record ModelVersion(
    string Project, string Model, int Number, Stage Stage, string Sha256, string Signature, long Size, string Algorithm, DateTimeOffset Created, Lineage Lineage,
    IReadOnlyDictionary<string, double>? Metrics = null, IReadOnlyList<GateOutcome>? Gates = null, DateTimeOffset? Promoted = null, string? PromotedBy = null)
{
    /// <summary>Its key among the versions; numbers sort as they count.</summary>
    public static string Id(string project, string model, int number) => $"{project}/{model}/{number:D6}";
}

/// <summary>Contracts of the registry.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(IReadOnlyList<ModelVersion>))]
public sealed partial class RegistryJson : JsonSerializerContext;

internal static class RegistryKinds
{
    public static readonly Kind<ModelVersion> Versions = new("control.versions", RegistryJson.Default.ModelVersion);
}
