using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>An object, or all objects whose key starts so.</summary>
/// <param name="Bucket">The bucket (or container).</param>
/// <param name="Key">A key or a prefix.</param>
public sealed record DataLocation(string Bucket, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Bucket}/{Key}";
}

/// <summary>An object as a listing shows it.</summary>
public sealed record StoredObject(string Key, long Size, string ETag, DateTimeOffset Modified);

/// <summary>Buckets and objects.</summary>
public interface IObjects
{
    /// <summary>Makes a bucket; succeeds where it is there already and is the caller's.</summary>
    Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct = default);
    /// <summary>Drops an empty bucket.</summary>
    Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct = default);
    /// <summary>Stores an object; readers see the old one or the new one, never a part. The stream must be seekable.</summary>
    Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType = "application/octet-stream", CancellationToken ct = default);
    /// <summary>Opens an object; dispose the stream.</summary>
    Task<Result<Stream>> GetAsync(DataLocation at, CancellationToken ct = default);
    /// <summary>All objects whose key starts with the location's, in the order of their keys.</summary>
    Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct = default);
    /// <summary>Drops an object; succeeds where there is none.</summary>
    Task<Result<Done>> DeleteAsync(DataLocation at, CancellationToken ct = default);
}
