using System.Text.Json;
using System.Text.Json.Serialization;

namespace Isobar.Engine.Objects;

/// <summary>The part of an object's row that is never searched, as JSON.</summary>
internal sealed record ObjectDetails
{
    public string? ContentType { get; init; }
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public IReadOnlyDictionary<string, string>? Checksums { get; init; }
    public IReadOnlyList<long>? PartSizes { get; init; }
    /// <summary>Of an upload under way: the checksum algorithms to keep with its parts.</summary>
    public IReadOnlyList<string>? ComputeChecksums { get; init; }
    /// <summary>Of an upload under way: whether the object's checksum is one of the parts' checksums.</summary>
    public bool? CompositeChecksums { get; init; }

    public static ObjectDetails Of(PutOptions options, IReadOnlyDictionary<string, string>? checksums = null) => new()
    {
        ContentType = options.ContentType,
        Headers = NullIfEmpty(options.Headers),
        Metadata = NullIfEmpty(options.Metadata),
        Tags = NullIfEmpty(options.Tags),
        Checksums = NullIfEmpty(checksums),
        ComputeChecksums = options.ComputeChecksums.Count == 0 ? null : options.ComputeChecksums,
        CompositeChecksums = options.CompositeChecksums ? true : null,
    };

    public static ObjectDetails Of(ObjectInfo info) => new()
    {
        ContentType = info.ContentType,
        Headers = NullIfEmpty(info.Headers),
        Metadata = NullIfEmpty(info.Metadata),
        Tags = NullIfEmpty(info.Tags),
        Checksums = NullIfEmpty(info.Checksums),
        PartSizes = info.PartSizes.Count == 0 ? null : info.PartSizes,
    };

    public string ToJson() => JsonSerializer.Serialize(this, ObjectsJson.Default.ObjectDetails);

    public static ObjectDetails Parse(string json) => JsonSerializer.Deserialize(json, ObjectsJson.Default.ObjectDetails)!;

    private static IReadOnlyDictionary<string, string>? NullIfEmpty(IReadOnlyDictionary<string, string>? map) => map is { Count: > 0 } ? map : null;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectDetails))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class ObjectsJson : JsonSerializerContext;
