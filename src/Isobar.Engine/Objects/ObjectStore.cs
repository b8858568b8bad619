using Dapper;
using Isobar.Core.Results;
using Isobar.Engine.State;

namespace Isobar.Engine.Objects;

/// <summary>The object store: blobs on disk, everything else in the index.</summary>
internal sealed class ObjectStore : IObjectStore, IAsyncDisposable
{
    private const int MaxKeyBytes = 1024;
    private readonly SqliteDatabase _database;
    private readonly BlobFolder _blobs;
    private readonly ObjectIndex _index;
    private readonly MultipartUploads _uploads;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private int _disposed;

    public ObjectStore(EngineOptions options, TimeProvider time)
    {
        var root = Path.Combine(options.DataDirectory, "objects");
        _database = new SqliteDatabase(Path.Combine(root, "index.db"), "Objects.Migrations.objects");
        _blobs = new BlobFolder(root);
        _time = time;
        _index = new ObjectIndex(_database, _blobs, time);
        _uploads = new MultipartUploads(_database, _blobs, _index, time);
        // Beside the first requests: the writer keeps the two apart.
        Recovery = Task.Run(RecoverAsync);
    }

    /// <summary>The bytes of every bucket, all versions and parts under way counted.</summary>
    public IReadOnlyList<(BucketName Bucket, string? Location, long Bytes)> StoredBytes()
    {
        using var c = _database.OpenRead();
        return [.. c.Query<(string Realm, string Name, string? Location, long Bytes)>(
            "SELECT b.realm, b.name, b.location, (SELECT coalesce(sum(o.size), 0) FROM objects o WHERE o.realm = b.realm AND o.bucket = b.name) + " +
            "(SELECT coalesce(sum(p.size), 0) FROM uploads u JOIN parts p ON p.upload = u.id WHERE u.realm = b.realm AND u.bucket = b.name) FROM buckets b")
            .Where(r => r.Bytes > 0).Select(r => (new BucketName(r.Realm, r.Name), r.Location, r.Bytes))];
    }

    /// <summary>Completes when what an earlier process left over is gone.</summary>
    public Task Recovery { get; }

    private async Task RecoverAsync()
    {
        await _index.CollectAsync().ConfigureAwait(false);
        await _index.CollectOrphansAsync(_stopping.Token).ConfigureAwait(false);
    }

    public IMultipartUploads Uploads => _uploads;

    public Task<Result<Bucket>> CreateBucketAsync(BucketName bucket, string? location, CancellationToken ct) => _database.WriteAsync<Result<Bucket>>(c =>
    {
        if (BucketTable.Find(c, bucket) is not null) return new Error(ErrorCode.AlreadyExists, $"The bucket {bucket.Name} exists already.");
        var made = new Bucket(bucket, _time.GetUtcNow(), VersioningState.Off) { Location = location };
        BucketTable.Put(c, made);
        return made;
    }, ct);

    public Task<Result<Bucket>> GetBucketAsync(BucketName bucket, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        return Task.FromResult(BucketTable.Find(c, bucket) is { } found ? found : (Result<Bucket>)ObjectIndex.Missing(bucket));
    }

    public Task<IReadOnlyList<Bucket>> ListBucketsAsync(string realm, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        return Task.FromResult(BucketTable.List(c, realm));
    }

    public Task<Result<Bucket>> ChangeBucketAsync(BucketName bucket, Func<Bucket, Bucket> change, CancellationToken ct) => _database.WriteAsync<Result<Bucket>>(c =>
    {
        if (BucketTable.Find(c, bucket) is not { } old) return ObjectIndex.Missing(bucket);
        var changed = change(old);
        BucketTable.Put(c, changed);
        return changed;
    }, ct);

    public Task<Result<Done>> DeleteBucketAsync(BucketName bucket, CancellationToken ct) => _database.WriteAsync<Result<Done>>(c =>
    {
        if (BucketTable.Find(c, bucket) is null) return ObjectIndex.Missing(bucket);
        if (!BucketTable.IsEmpty(c, bucket)) return new Error(ErrorCode.FailedPrecondition, $"The bucket {bucket.Name} is not empty.");
        _uploads.DropAll(c, bucket);
        BucketTable.Delete(c, bucket);
        return Done.Value;
    }, ct);

    public async Task<Result<ObjectInfo>> PutAsync(BucketName bucket, string key, Stream content, PutOptions? options, CancellationToken ct)
    {
        options ??= new PutOptions();
        if (CheckKey(key) is { } bad) return bad;
        // Asked before the bytes are read, so that a put to nowhere is not received first.
        var target = await GetBucketAsync(bucket, ct).ConfigureAwait(false);
        if (!target.IsOk) return target.Error;
        var received = await Intake.ReceiveAsync(_blobs, content, options, ct).ConfigureAwait(false);
        if (!received.TryGet(out var intake, out var error)) return error;
        using (intake)
            return await _index.CommitAsync(bucket, key, intake, ObjectDetails.Of(options, intake.Checksums), intake.Hashes.Md5Hex, options.Condition, ct).ConfigureAwait(false);
    }

    public Task<Result<ObjectInfo>> HeadAsync(BucketName bucket, string key, string? versionId, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        if (BucketTable.Find(c, bucket) is not { } found) return Task.FromResult<Result<ObjectInfo>>(ObjectIndex.Missing(bucket));
        var row = ObjectRow.Find(c, bucket, key, versionId);
        return Task.FromResult(row switch
        {
            null => MissingKey(key),
            { Marker: 1 } when versionId is null => Deleted(key, row),
            // What was written before versioning came is the null version from then on.
            { Version: null } when found.Versioning != VersioningState.Off => row.ToInfo(bucket) with { VersionId = "null" },
            _ => (Result<ObjectInfo>)row.ToInfo(bucket),
        });
    }

    public async Task<Result<OpenObject>> OpenAsync(BucketName bucket, string key, string? versionId, long offset, long? length, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var head = await HeadAsync(bucket, key, versionId, ct).ConfigureAwait(false);
            if (!head.TryGet(out var info, out var error)) return error;
            if (info.IsDeleteMarker) return MissingKey(key);
            if (offset > info.Size || (offset == info.Size && offset > 0)) return new Error(ErrorCode.OutOfRange, $"The range starts at byte {offset} of {info.Size}.");
            var take = Math.Min(length ?? long.MaxValue, info.Size - offset);
            try
            {
                return new OpenObject(info, OpenBlob(info, offset, take), offset, take);
            }
            // The object was replaced between the look-up and the open; its successor is one look-up away.
            catch (IOException e) when (attempt < 3 && e is FileNotFoundException or DirectoryNotFoundException)
            {
            }
        }
    }

    public async Task<Result<ObjectInfo?>> DeleteAsync(BucketName bucket, string key, string? versionId, CancellationToken ct)
    {
        var result = await _database.WriteAsync(c => _index.Delete(c, bucket, key, versionId), ct).ConfigureAwait(false);
        await _index.CollectAsync().ConfigureAwait(false);
        return result;
    }

    public async Task<Result<ObjectInfo>> CopyAsync(BucketName source, string sourceKey, string? sourceVersionId, BucketName target, string targetKey, PutOptions? replace, CancellationToken ct)
    {
        if (CheckKey(targetKey) is { } bad) return bad;
        var result = await _index.WriteAsync<ObjectInfo>(c =>
        {
            if (BucketTable.Find(c, source) is null) return ObjectIndex.Missing(source);
            if (ObjectRow.Find(c, source, sourceKey, sourceVersionId) is not { Marker: 0 } row) return MissingKey(sourceKey);
            var old = row.ToInfo(source);
            var details = replace is null ? ObjectDetails.Of(old) : ObjectDetails.Of(replace, old.Checksums) with { PartSizes = old.PartSizes };
            return _index.Store(c, target, targetKey, replace?.Condition ?? WriteCondition.None, row.Size, row.ETag, row.Sha256, details, () => { });
        }, ct).ConfigureAwait(false);
        await _index.CollectAsync().ConfigureAwait(false);
        return result;
    }

    public Task<Result<ObjectInfo>> ChangeAsync(BucketName bucket, string key, string? versionId, Func<ObjectInfo, ObjectInfo> change, CancellationToken ct) => _database.WriteAsync<Result<ObjectInfo>>(c =>
    {
        if (BucketTable.Find(c, bucket) is null) return ObjectIndex.Missing(bucket);
        if (ObjectRow.Find(c, bucket, key, versionId) is not { Marker: 0 } row) return MissingKey(key);
        var changed = change(row.ToInfo(bucket));
        c.Execute("UPDATE objects SET details = @Details WHERE realm = @Realm AND bucket = @Name AND key = @Key AND generation = @Generation",
            new { Details = ObjectDetails.Of(changed).ToJson(), bucket.Realm, bucket.Name, row.Key, row.Generation });
        return changed;
    }, ct);

    public Task<Result<ObjectPage>> ListAsync(BucketName bucket, ObjectQuery query, CancellationToken ct)
    {
        using var c = _database.OpenRead();
        return Task.FromResult(BucketTable.Find(c, bucket) is null
            ? ObjectIndex.Missing(bucket)
            : (Result<ObjectPage>)ObjectListing.Run(c, bucket, query));
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes of it once for each of the types that it is registered by.
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Recovery.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _database.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private Stream OpenBlob(ObjectInfo info, long offset, long length)
    {
        if (info.Size <= Intake.SmallLimit)
        {
            using var c = _database.OpenRead();
            if (c.QueryFirstOrDefault<byte[]>("SELECT data FROM small_blobs WHERE sha256 = @Sha256", new { info.Sha256 }) is { } bytes)
                return new MemoryStream(bytes, (int)offset, (int)length, writable: false);
        }
        var file = new FileStream(_blobs.PathOf(info.Sha256), new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        file.Position = offset;
        return new LimitedStream(file, length);
    }

    private static Error MissingKey(string key) => new(ErrorCode.NotFound, $"The object {key} does not exist.") { Faults = [new Fault("key", key, "must exist")] };

    private static Error Deleted(string key, ObjectRow marker) => new(ErrorCode.NotFound, $"The object {key} was deleted.") { Faults = [new Fault("deleteMarker", marker.Version, "must exist")] };

    private static Error? CheckKey(string key) => System.Text.Encoding.UTF8.GetByteCount(key) is 0 or > MaxKeyBytes
        ? Error.Invalid("key", key.Length > 64 ? key[..64] + "…" : key, $"An object's key takes 1 to {MaxKeyBytes} bytes of UTF-8.")
        : null;
}
