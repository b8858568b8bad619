using Isobar.Core.Results;

namespace Isobar.Engine.Objects;

/// <summary>A bucket's name within one cloud's name space. Each cloud has its own, as in the world.</summary>
/// <param name="Realm">The cloud: <c>aws</c>, <c>gcp</c>, <c>azure</c> or <c>onprem</c>.</param>
/// <param name="Name">The bucket (Azure: <c>account/container</c>).</param>
public readonly record struct BucketName(string Realm, string Name);

/// <summary>What is known of a bucket.</summary>
public sealed record Bucket(BucketName Name, DateTimeOffset Created, VersioningState Versioning)
{
    /// <summary>The location that the creator named, such as <c>eu-west-1</c>.</summary>
    public string? Location { get; init; }
    /// <summary>Labels or tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    /// <summary>Documents that a dialect keeps with the bucket (policy, CORS, life cycle), by name.</summary>
    public IReadOnlyDictionary<string, string> Attachments { get; init; } = new Dictionary<string, string>();
}

/// <summary>Whether overwritten and deleted objects are kept.</summary>
public enum VersioningState
{
    /// <summary>Never was on.</summary>
    Off,
    /// <summary>Every write makes a version.</summary>
    Enabled,
    /// <summary>Was on; new writes replace the null version.</summary>
    Suspended,
}

/// <summary>What is known of a stored object, without its bytes.</summary>
public sealed record ObjectInfo
{
    /// <summary>The bucket.</summary>
    public required BucketName Bucket { get; init; }
    /// <summary>The key, at most 1,024 bytes of UTF-8.</summary>
    public required string Key { get; init; }
    /// <summary>Bytes.</summary>
    public required long Size { get; init; }
    /// <summary>The ETag without quotes: MD5 in hex, or MD5-of-MD5s with <c>-parts</c> for a multipart upload.</summary>
    public required string ETag { get; init; }
    /// <summary>SHA-256 of the content in lower-case hex: the address of the blob on disk.</summary>
    public required string Sha256 { get; init; }
    /// <summary>When this version was written.</summary>
    public required DateTimeOffset LastModified { get; init; }
    /// <summary>The version; null in a bucket that never had versioning.</summary>
    public string? VersionId { get; init; }
    /// <summary>Whether this version is the newest.</summary>
    public bool IsLatest { get; init; } = true;
    /// <summary>Whether this version marks a deletion.</summary>
    public bool IsDeleteMarker { get; init; }
    /// <summary>A number that grows with every write of the key (Google's generation).</summary>
    public long Generation { get; init; }
    /// <summary>MIME type; default <c>application/octet-stream</c>.</summary>
    public string ContentType { get; init; } = "application/octet-stream";
    /// <summary>Standard headers kept with the object (Content-Encoding, Cache-Control, …), by lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    /// <summary>The user's metadata, by lower-case name without the dialect's prefix.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    /// <summary>The user's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    /// <summary>Checksums that the client gave and the store has verified, by algorithm (<c>crc32</c>, <c>crc32c</c>, <c>crc64nvme</c>, <c>sha1</c>, <c>sha256</c>), base64.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; init; } = new Dictionary<string, string>();
    /// <summary>Sizes of the parts of a multipart upload, in order; empty otherwise.</summary>
    public IReadOnlyList<long> PartSizes { get; init; } = [];
}

/// <summary>What a put says of the object besides its bytes.</summary>
public sealed record PutOptions
{
    /// <summary>MIME type.</summary>
    public string? ContentType { get; init; }
    /// <summary>Standard headers to keep, by lower-case name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
    /// <summary>User metadata.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
    /// <summary>User tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
    /// <summary>Bytes the client said it would send; a shorter stream fails with <see cref="ErrorCode.DataLoss"/> and leaves the old object.</summary>
    public long? ExpectedLength { get; init; }
    /// <summary>Checksums that must hold, by algorithm, base64 (<c>md5</c> too); a mismatch fails with <see cref="ErrorCode.DataLoss"/>.</summary>
    public IReadOnlyDictionary<string, string> ExpectedChecksums { get; init; } = new Dictionary<string, string>();
    /// <summary>SHA-256 of the bytes in hex, where the client signed it; a mismatch fails with <see cref="ErrorCode.DataLoss"/>. It is not kept.</summary>
    public string? ExpectedSha256 { get; init; }
    /// <summary>Of an upload in parts: the object's checksum is the checksum of the parts' checksums, not of the bytes.</summary>
    public bool CompositeChecksums { get; init; }
    /// <summary>Checksum algorithms to compute and keep although the client gave no value yet (a trailing checksum is checked through <see cref="TrailingChecksums"/>).</summary>
    public IReadOnlyList<string> ComputeChecksums { get; init; } = [];
    /// <summary>Called once the stream has ended: checksums that arrived after the bytes.</summary>
    public Func<IReadOnlyDictionary<string, string>>? TrailingChecksums { get; init; }
    /// <summary>Conditions on the current object.</summary>
    public WriteCondition Condition { get; init; } = WriteCondition.None;
}

/// <summary>Conditions on the object that a write would replace; a miss fails with <see cref="ErrorCode.FailedPrecondition"/>.</summary>
public sealed record WriteCondition(string? IfMatchETag = null, bool IfNoneExists = false, long? IfGenerationMatch = null)
{
    /// <summary>No condition.</summary>
    public static WriteCondition None { get; } = new();
}

/// <summary>An object opened for reading. Dispose to release the blob.</summary>
public sealed record OpenObject(ObjectInfo Info, Stream Content, long Offset, long Length) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}

/// <summary>A page of a listing.</summary>
/// <param name="Objects">In ordinal order of the key's UTF-8 bytes.</param>
/// <param name="CommonPrefixes">Keys rolled up at the delimiter.</param>
/// <param name="Next">Where to go on, or null at the end; opaque.</param>
public sealed record ObjectPage(IReadOnlyList<ObjectInfo> Objects, IReadOnlyList<string> CommonPrefixes, string? Next);

/// <summary>What to list.</summary>
public sealed record ObjectQuery(string Prefix = "", string? Delimiter = null, string? StartAfter = null, string? Continue = null, int Limit = 1000, bool Versions = false)
{
    /// <summary>With <see cref="StartAfter"/> in a listing of versions: the version of that key after which to start; null passes over the key.</summary>
    public string? StartAfterVersion { get; init; }
    /// <summary>The first key that is listed; null: the first of the bucket.</summary>
    public string? StartAt { get; init; }
    /// <summary>The first key that is no longer listed; null: to the end.</summary>
    public string? EndBefore { get; init; }

    /// <summary>Whether a text can be a page's <see cref="ObjectPage.Next"/>; a listing that is given another starts at the beginning.</summary>
    public static bool IsContinuation(string token) => ObjectListing.Position.Parse(token) is not null;
}

/// <summary>
/// The object store of this machine: content-addressed blobs on disk, an index in SQLite. Bytes stream; a put replaces the old object
/// atomically, so that a crash leaves one or the other.
/// </summary>
public interface IObjectStore
{
    /// <summary>Creates a bucket; <see cref="ErrorCode.AlreadyExists"/> when the name is taken in its realm.</summary>
    Task<Result<Bucket>> CreateBucketAsync(BucketName bucket, string? location = null, CancellationToken ct = default);
    /// <summary>Reads a bucket.</summary>
    Task<Result<Bucket>> GetBucketAsync(BucketName bucket, CancellationToken ct = default);
    /// <summary>The buckets of a realm, by name.</summary>
    Task<IReadOnlyList<Bucket>> ListBucketsAsync(string realm, CancellationToken ct = default);
    /// <summary>Changes a bucket's versioning, tags or attachments.</summary>
    Task<Result<Bucket>> ChangeBucketAsync(BucketName bucket, Func<Bucket, Bucket> change, CancellationToken ct = default);
    /// <summary>Deletes an empty bucket; <see cref="ErrorCode.FailedPrecondition"/> when it holds anything.</summary>
    Task<Result<Done>> DeleteBucketAsync(BucketName bucket, CancellationToken ct = default);

    /// <summary>Stores an object.</summary>
    Task<Result<ObjectInfo>> PutAsync(BucketName bucket, string key, Stream content, PutOptions? options = null, CancellationToken ct = default);
    /// <summary>Reads what is known of an object. A delete marker is <see cref="ErrorCode.NotFound"/> unless its version is named.</summary>
    Task<Result<ObjectInfo>> HeadAsync(BucketName bucket, string key, string? versionId = null, CancellationToken ct = default);
    /// <summary>Opens an object, whole or from <paramref name="offset"/> for <paramref name="length"/> bytes; <see cref="ErrorCode.OutOfRange"/> past the end.</summary>
    Task<Result<OpenObject>> OpenAsync(BucketName bucket, string key, string? versionId = null, long offset = 0, long? length = null, CancellationToken ct = default);
    /// <summary>Deletes an object or, in a versioned bucket without a named version, puts a delete marker. Null when there was nothing.</summary>
    Task<Result<ObjectInfo?>> DeleteAsync(BucketName bucket, string key, string? versionId = null, CancellationToken ct = default);
    /// <summary>Copies without moving bytes; <paramref name="replace"/> gives new metadata, null keeps the source's.</summary>
    Task<Result<ObjectInfo>> CopyAsync(BucketName source, string sourceKey, string? sourceVersionId, BucketName target, string targetKey, PutOptions? replace = null, CancellationToken ct = default);
    /// <summary>Changes an object's metadata or tags in place.</summary>
    Task<Result<ObjectInfo>> ChangeAsync(BucketName bucket, string key, string? versionId, Func<ObjectInfo, ObjectInfo> change, CancellationToken ct = default);
    /// <summary>Lists a page.</summary>
    Task<Result<ObjectPage>> ListAsync(BucketName bucket, ObjectQuery query, CancellationToken ct = default);

    /// <summary>Multipart uploads of this store.</summary>
    IMultipartUploads Uploads { get; }
}

/// <summary>Uploads in parts; nothing is visible before <see cref="CompleteAsync"/>.</summary>
public interface IMultipartUploads
{
    /// <summary>Starts an upload and gives its id.</summary>
    Task<Result<string>> CreateAsync(BucketName bucket, string key, PutOptions options, CancellationToken ct = default);
    /// <summary>Stores a part (1 to 10,000), replacing one of the same number.</summary>
    Task<Result<UploadPart>> PutPartAsync(BucketName bucket, string key, string uploadId, int number, Stream content, PutOptions? options = null, CancellationToken ct = default);
    /// <summary>Joins the named parts, in order, into the object. <paramref name="expectedChecksums"/> of the whole object must hold, by algorithm.</summary>
    Task<Result<ObjectInfo>> CompleteAsync(BucketName bucket, string key, string uploadId, IReadOnlyList<(int Number, string ETag)> parts, WriteCondition? condition = null, IReadOnlyDictionary<string, string>? expectedChecksums = null, CancellationToken ct = default);
    /// <summary>Drops an upload and its parts.</summary>
    Task<Result<Done>> AbortAsync(BucketName bucket, string key, string uploadId, CancellationToken ct = default);
    /// <summary>The parts stored so far, by number.</summary>
    Task<Result<IReadOnlyList<UploadPart>>> ListPartsAsync(BucketName bucket, string key, string uploadId, CancellationToken ct = default);
    /// <summary>Uploads under way in a bucket, by key.</summary>
    Task<Result<IReadOnlyList<UploadInfo>>> ListAsync(BucketName bucket, string prefix = "", CancellationToken ct = default);
}

/// <summary>A stored part.</summary>
public sealed record UploadPart(int Number, long Size, string ETag, DateTimeOffset LastModified)
{
    /// <summary>Verified checksums by algorithm, base64.</summary>
    public IReadOnlyDictionary<string, string> Checksums { get; init; } = new Dictionary<string, string>();
}

/// <summary>An upload under way.</summary>
public sealed record UploadInfo(string UploadId, string Key, DateTimeOffset Initiated);
