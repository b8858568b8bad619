using System.Text.Json.Serialization;
using Isobar.Engine.State;

namespace Isobar.Google.Storage;

/// <summary>A resumable upload as it is kept. Its bytes lie in a file of its own; how many have arrived is that file's length.</summary>
internal sealed record UploadSession
{
    public required string Bucket { get; init; }
    public required string Name { get; init; }
    /// <summary>The object's metadata as they came.</summary>
    public required string Document { get; init; }
    public string? ContentType { get; init; }
    public Preconditions? Conditions { get; init; }
    public required DateTimeOffset Created { get; init; }
    /// <summary>The object that it became; null while it is under way.</summary>
    public long? Generation { get; init; }

    public static Collection<UploadSession> Collection { get; } = new("google.storage.uploads", StorageJson.Default.UploadSession);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(UploadSession))]
internal sealed partial class StorageJson : JsonSerializerContext;
