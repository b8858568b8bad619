using System.Text;
using Dapper;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Objects;

/// <summary>Writes to the index: everything here runs in the database's one writer, so a check and the write that follows it cannot be parted.</summary>
internal sealed class ObjectIndex(SqliteDatabase database, BlobFolder blobs, TimeProvider time)
{
    private const int SqliteFull = 13;

    /// <summary>Files that the transaction under way has found unused. Touched by the writer's thread alone.</summary>
    private readonly HashSet<string> _condemned = [];

    /// <summary>Whether the garbage table may hold rows; true at first, for what an earlier process left.</summary>
    private volatile bool _garbage = true;

    /// <summary>Makes a received content the newest version of a key.</summary>
    public async Task<Result<ObjectInfo>> CommitAsync(BucketName bucket, string key, Intake intake, ObjectDetails details, string etag, WriteCondition condition, CancellationToken ct)
    {
        var result = await WriteAsync(c => Store(c, bucket, key, condition, intake.Size, etag, intake.Hashes.Sha256Hex, details, () => KeepBlob(c, intake)), ct).ConfigureAwait(false);
        await CollectAsync().ConfigureAwait(false);
        return result;
    }

    /// <summary>Writes in the one writer; a full disk is an expected failure that leaves everything as it was.</summary>
    public async Task<Result<T>> WriteAsync<T>(Func<SqliteConnection, Result<T>> work, CancellationToken ct)
    {
        try
        {
            return await database.WriteAsync(work, ct).ConfigureAwait(false);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            return BlobFolder.DiskFull;
        }
        catch (IOException e) when (BlobFolder.IsDiskFull(e))
        {
            return BlobFolder.DiskFull;
        }
    }

    /// <summary>Inserts an object row; <paramref name="keepBlob"/> runs once every check has passed.</summary>
    public Result<ObjectInfo> Store(SqliteConnection c, BucketName bucket, string key, WriteCondition condition, long size, string etag, string sha256, ObjectDetails details, Action keepBlob)
    {
        if (BucketTable.Find(c, bucket) is not { } found) return Missing(bucket);
        var current = ObjectRow.Find(c, bucket, key, null);
        if (current is { Marker: 1 }) current = null;
        if (Check(condition, current) is { } miss) return miss;
        keepBlob();
        var row = Insert(c, found, key, marker: false, size, etag, sha256, details);
        return row.ToInfo(bucket);
    }

    public ObjectRow Insert(SqliteConnection c, Bucket bucket, string key, bool marker, long size, string etag, string sha256, ObjectDetails details)
    {
        var generation = c.ExecuteScalar<long>("UPDATE counters SET value = value + 1 WHERE name = 'generation' RETURNING value");
        // Version ids sort like their age reversed nowhere: clients treat them as opaque.
        var version = bucket.Versioning switch
        {
            VersioningState.Enabled => $"{generation:x8}{Guid.NewGuid():n}",
            VersioningState.Suspended => "null",
            _ => null,
        };
        if (bucket.Versioning != VersioningState.Enabled)
            DropUnversioned(c, bucket.Name, key);
        c.Execute("UPDATE objects SET latest = 0 WHERE realm = @Realm AND bucket = @Name AND key = @key AND latest = 1", Key(bucket.Name, key));
        var row = new ObjectRow
        {
            Key = Encoding.UTF8.GetBytes(key),
            Generation = generation,
            Version = version,
            Latest = 1,
            Marker = marker ? 1 : 0,
            Size = size,
            ETag = etag,
            Sha256 = sha256,
            Modified = time.GetUtcNow().UtcTicks,
            Details = details.ToJson(),
        };
        c.Execute(
            "INSERT INTO objects (realm, bucket, key, generation, version, latest, marker, size, etag, sha256, modified, details) " +
            "VALUES (@Realm, @Bucket, @Key, @Generation, @Version, 1, @Marker, @Size, @ETag, @Sha256, @Modified, @Details)",
            new { bucket.Name.Realm, Bucket = bucket.Name.Name, row.Key, row.Generation, row.Version, row.Marker, row.Size, row.ETag, row.Sha256, row.Modified, row.Details });
        return row;
    }

    public Result<ObjectInfo?> Delete(SqliteConnection c, BucketName name, string key, string? version)
    {
        if (BucketTable.Find(c, name) is not { } bucket) return Missing(name);
        if (version is null && bucket.Versioning != VersioningState.Off)
            return Insert(c, bucket, key, marker: true, 0, "", "", new ObjectDetails()).ToInfo(name);
        if (ObjectRow.Find(c, name, key, version) is not { } row) return Result<ObjectInfo?>.Ok(null);
        DropRow(c, name, row);
        if (row.Latest == 1)
        {
            c.Execute(
                "UPDATE objects SET latest = 1 WHERE realm = @Realm AND bucket = @Name AND key = @key AND generation = " +
                "(SELECT max(generation) FROM objects WHERE realm = @Realm AND bucket = @Name AND key = @key)", Key(name, key));
        }
        return row.ToInfo(name);
    }

    /// <summary>Puts a content where its address says; in the writer only.</summary>
    public void KeepBlob(SqliteConnection c, Intake intake)
    {
        var sha256 = intake.Hashes.Sha256Hex;
        if (intake.Small is { } bytes)
            c.Execute("INSERT OR IGNORE INTO small_blobs (sha256, data) VALUES (@sha256, @bytes)", new { sha256, bytes });
        else
        {
            blobs.Adopt(intake.File!, sha256);
            _condemned.Remove(sha256);
        }
    }

    public void Drop(SqliteConnection c, string sha256)
    {
        if (sha256.Length == 0) return;
        _garbage = true;
        c.Execute("INSERT OR IGNORE INTO garbage (sha256) VALUES (@sha256)", new { sha256 });
    }

    /// <summary>
    /// Deletes blobs that nothing names any more. Files go only after the commit that forgot them and before the next transaction begins:
    /// earlier, a crash would leave a row without its file; later, a put of the same content could have taken the file up again.
    /// </summary>
    public Task CollectAsync() => _garbage ? database.WriteAsync<object?>(c =>
    {
        // In the writer no drop can come between the look and the mark.
        var some = c.Query<string>("SELECT sha256 FROM garbage LIMIT 1000").ToList();
        _garbage = some.Count == 1000;
        foreach (var sha256 in some)
        {
            if (!IsUsed(c, sha256) && c.Execute("DELETE FROM small_blobs WHERE sha256 = @sha256", new { sha256 }) == 0)
                _condemned.Add(sha256);
            c.Execute("DELETE FROM garbage WHERE sha256 = @sha256", new { sha256 });
        }
        return null;
    }, DeleteCondemned) : Task.CompletedTask;

    /// <summary>Deletes files that no row names: left by a server that was killed between a file's move and its commit, or between a commit and the deletion.</summary>
    public async Task CollectOrphansAsync(CancellationToken ct)
    {
        foreach (var some in blobs.All().Chunk(500))
        {
            using (var reader = database.OpenRead())
            {
                if (!some.Any(sha256 => !IsUsed(reader, sha256))) continue;
            }
            await database.WriteAsync<object?>(c =>
            {
                foreach (var sha256 in some.Where(s => !IsUsed(c, s))) _condemned.Add(sha256);
                return null;
            }, DeleteCondemned, ct).ConfigureAwait(false);
        }
    }

    private void DeleteCondemned(bool committed)
    {
        if (!committed) _garbage = true;
        foreach (var sha256 in _condemned)
        {
            if (committed) blobs.Delete(sha256);
        }
        _condemned.Clear();
    }

    private static bool IsUsed(SqliteConnection c, string sha256) =>
        c.QueryFirstOrDefault<int?>("SELECT 1 FROM objects WHERE sha256 = @sha256 UNION ALL SELECT 1 FROM parts WHERE sha256 = @sha256 LIMIT 1", new { sha256 }) is not null;

    public static Error Missing(BucketName bucket) => new(ErrorCode.NotFound, $"The bucket {bucket.Name} does not exist.") { Faults = [new Fault("bucket", bucket.Name, "must exist")] };

    private void DropUnversioned(SqliteConnection c, BucketName bucket, string key)
    {
        if (ObjectRow.Find(c, bucket, key, "null") is { } old) DropRow(c, bucket, old);
    }

    private void DropRow(SqliteConnection c, BucketName bucket, ObjectRow row)
    {
        c.Execute("DELETE FROM objects WHERE realm = @Realm AND bucket = @Name AND key = @Key AND generation = @Generation", new { bucket.Realm, bucket.Name, row.Key, row.Generation });
        Drop(c, row.Sha256);
    }

    private static Error? Check(WriteCondition condition, ObjectRow? current)
    {
        var ok = (!condition.IfNoneExists || current is null)
            && (condition.IfMatchETag is null || current?.ETag == condition.IfMatchETag)
            && (condition.IfGenerationMatch is not { } generation || (current?.Generation ?? 0) == generation);
        if (ok) return null;
        return condition.IfMatchETag is not null && current is null
            ? new Error(ErrorCode.NotFound, "The object that the condition names does not exist.") { Faults = [new Fault("key", null, "must exist")] }
            : new Error(ErrorCode.FailedPrecondition, "The object is not as the condition of the write says.");
    }

    private static object Key(BucketName bucket, string key) => new { bucket.Realm, bucket.Name, key = Encoding.UTF8.GetBytes(key) };
}
