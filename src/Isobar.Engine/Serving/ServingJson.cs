using System.Text.Json.Serialization;
using Isobar.Engine.State;

namespace Isobar.Engine.Serving;

/// <summary>An endpoint on disk.</summary>
/// <param name="Info">What is shown of it; its variants hold the weights and counts to restore.</param>
/// <param name="Packages">The content that each variant runs: a restart serves the same, whatever the artifact's key holds by then.</param>
internal sealed record StoredEndpoint(EndpointInfo Info, IReadOnlyDictionary<string, string> Packages)
{
    public static readonly Collection<StoredEndpoint> Collection = new("engine.endpoints", ServingJson.Default.StoredEndpoint);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredEndpoint))]
internal sealed partial class ServingJson : JsonSerializerContext;
