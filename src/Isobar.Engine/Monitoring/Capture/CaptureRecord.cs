using System.Text.Json.Serialization;

namespace Isobar.Engine.Monitoring.Capture;

/// <summary>A captured invocation, one a line. The layout is the one that SageMaker publishes: it is what people's analysis code reads already.</summary>
internal sealed record CaptureRecord
{
    public CaptureData? CaptureData { get; init; }
    public EventMetadata? EventMetadata { get; init; }
    public string EventVersion { get; init; } = "0";
}

internal sealed record CaptureData
{
    public CapturedBody? EndpointInput { get; init; }
    public CapturedBody? EndpointOutput { get; init; }
}

internal sealed record CapturedBody
{
    public string? ObservedContentType { get; init; }
    public required string Mode { get; init; }
    public required string Data { get; init; }
    /// <summary>CSV, JSON or BASE64.</summary>
    public required string Encoding { get; init; }
}

internal sealed record EventMetadata
{
    public string? EventId { get; init; }
    public IReadOnlyList<string>? CustomAttributes { get; init; }
    public string? InferenceId { get; init; }
    public DateTimeOffset? InferenceTime { get; init; }
}

/// <summary>A record of the truth, put there by the user.</summary>
internal sealed record GroundTruthRecord
{
    public GroundTruthData? GroundTruthData { get; init; }
    public EventMetadata? EventMetadata { get; init; }
    public string EventVersion { get; init; } = "0";
}

internal sealed record GroundTruthData
{
    public string? Data { get; init; }
    public string? Encoding { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaptureRecord))]
[JsonSerializable(typeof(GroundTruthRecord))]
internal sealed partial class CaptureJson : JsonSerializerContext;
