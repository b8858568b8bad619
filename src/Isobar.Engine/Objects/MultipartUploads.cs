using System.Security.Cryptography;
using System.Text;
using Dapper;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Objects;

/// <summary>Uploads in parts. Parts are blobs like any other; completing streams them into one.</summary>
internal sealed class MultipartUploads(SqliteDatabase database, BlobFolder blobs, ObjectIndex index, TimeProvider time) : IMultipartUploads
{
    /// <summary>Every part but the last must be at least this large, as S3 documents.</summary>
    public const long MinPartSize = 5 * 1024 * 1024;
    private const int MaxParts = 10_000;

    public Task<Result<string>> CreateAsync(BucketName bucket, string key, PutOptions options, CancellationToken ct) => index.WriteAsync<string>(c =>
    {
        if (BucketTable.Find(c, bucket) is null) return ObjectIndex.Missing(bucket);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        c.Execute("INSERT INTO uploads (id, realm, bucket, key, created, details) VALUES (@id, @Realm, @Name, @key, @created, @details)",
            new { id, bucket.Realm, bucket.Name, key = Encoding.UTF8.GetBytes(key), created = time.GetUtcNow().UtcTicks, details = ObjectDetails.Of(options).ToJson() });
        return id;
    }, ct);

    public async Task<Result<UploadPart>> PutPartAsync(BucketName bucket, string key, string uploadId, int number, Stream content, PutOptions? options, CancellationToken ct)
    {
        if (number is < 1 or > MaxParts) return Error.Invalid("partNumber", number.ToString(), $"A part's number lies between 1 and {MaxParts}.");
        if (await FindAsync(bucket, key, uploadId).ConfigureAwait(false) is not { } upload) return MissingUpload(uploadId);
        options ??= new PutOptions();
        var wanted = ObjectDetails.Parse(upload.Details).ComputeChecksums ?? [];
        options = options with { ComputeChecksums = [.. options.ComputeChecksums.Union(wanted)] };
        var received = await Intake.ReceiveAsync(blobs, content, options, ct).ConfigureAwait(false);
        if (!received.TryGet(out var intake, out var error)) return error;
        using (intake)
        {
            var result = await index.WriteAsync<UploadPart>(c =>
            {
                if (Find(c, bucket, key, uploadId) is null) return MissingUpload(uploadId);
                index.KeepBlob(c, intake);
                var old = c.QueryFirstOrDefault<string>("SELECT sha256 FROM parts WHERE upload = @uploadId AND number = @number", new { uploadId, number });
                if (old is not null) index.Drop(c, old);
                var now = time.GetUtcNow();
                c.Execute("INSERT OR REPLACE INTO parts (upload, number, size, etag, sha256, modified, details) VALUES (@uploadId, @number, @Size, @Md5Hex, @Sha256Hex, @modified, @details)",
                    new { uploadId, number, intake.Size, intake.Hashes.Md5Hex, intake.Hashes.Sha256Hex, modified = now.UtcTicks, details = ObjectDetails.Of(new PutOptions(), intake.Checksums).ToJson() });
                return new UploadPart(number, intake.Size, intake.Hashes.Md5Hex, now) { Checksums = intake.Checksums };
            }, ct).ConfigureAwait(false);
            await index.CollectAsync().ConfigureAwait(false);
            return result;
        }
    }

    // Completing: 1. check the list against the parts; 2. stream the parts into one blob; 3. commit it as the object and drop the parts.
    public async Task<Result<ObjectInfo>> CompleteAsync(BucketName bucket, string key, string uploadId, IReadOnlyList<(int Number, string ETag)> parts, WriteCondition? condition, IReadOnlyDictionary<string, string>? expectedChecksums, CancellationToken ct)
    {
        // 1.
        if (await FindAsync(bucket, key, uploadId).ConfigureAwait(false) is not { } upload) return MissingUpload(uploadId);
        var stored = ReadParts(uploadId).ToDictionary(p => (int)p.Number);
        if (CheckParts(parts, stored) is { } fault) return fault;
        var chosen = parts.Select(p => stored[p.Number]).ToList();
        var details = ObjectDetails.Parse(upload.Details);

        // 2.
        await using var joined = new JoinedStream(chosen.Select(p => (Func<CancellationToken, Task<Stream>>)(_ => Task.FromResult<Stream>(OpenPart(p)))));
        Result<Intake> received;
        try
        {
            received = await Intake.ReceiveAsync(blobs, joined, new PutOptions { ComputeChecksums = details.ComputeChecksums ?? [] }, ct).ConfigureAwait(false);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Error(ErrorCode.Aborted, "A part was replaced, or the upload given up, while it was being completed.");
        }
        if (!received.TryGet(out var intake, out var error)) return error;

        // 3.
        using (intake)
        {
            var etag = $"{Convert.ToHexStringLower(MD5.HashData([.. chosen.SelectMany(p => Convert.FromHexString(p.ETag))]))}-{chosen.Count}";
            var checksums = details.CompositeChecksums == true ? Composite(details.ComputeChecksums ?? [], chosen) : intake.Checksums;
            foreach (var (algorithm, value) in expectedChecksums ?? new Dictionary<string, string>())
            {
                // A composite value may come without the number of parts.
                if (checksums.TryGetValue(algorithm, out var actual) && actual != value && actual != $"{value}-{chosen.Count}")
                    return new Error(ErrorCode.DataLoss, $"The {algorithm} checksum of the whole object is not the one announced.") { Faults = [new Fault(algorithm, value, $"computed {actual}")] };
            }
            var final = details with { Checksums = checksums.Count > 0 ? checksums : null, PartSizes = [.. chosen.Select(p => p.Size)], ComputeChecksums = null, CompositeChecksums = null };
            var result = await index.WriteAsync<ObjectInfo>(c =>
            {
                if (Find(c, bucket, key, uploadId) is null) return MissingUpload(uploadId);
                var put = index.Store(c, bucket, key, condition ?? WriteCondition.None, intake.Size, etag, intake.Hashes.Sha256Hex, final, () => index.KeepBlob(c, intake));
                if (put.IsOk) DropUpload(c, uploadId);
                return put;
            }, ct).ConfigureAwait(false);
            await index.CollectAsync().ConfigureAwait(false);
            return result;
        }
    }

    public async Task<Result<Done>> AbortAsync(BucketName bucket, string key, string uploadId, CancellationToken ct)
    {
        var result = await database.WriteAsync<Result<Done>>(c =>
        {
            if (Find(c, bucket, key, uploadId) is null) return MissingUpload(uploadId);
            DropUpload(c, uploadId);
            return Done.Value;
        }, ct).ConfigureAwait(false);
        await index.CollectAsync().ConfigureAwait(false);
        return result;
    }

    public async Task<Result<IReadOnlyList<UploadPart>>> ListPartsAsync(BucketName bucket, string key, string uploadId, CancellationToken ct) =>
        await FindAsync(bucket, key, uploadId).ConfigureAwait(false) is null
            ? MissingUpload(uploadId)
            : Result<IReadOnlyList<UploadPart>>.Ok([.. ReadParts(uploadId).Select(p => new UploadPart((int)p.Number, p.Size, p.ETag, new DateTimeOffset(p.Modified, TimeSpan.Zero))
            {
                Checksums = ObjectDetails.Parse(p.Details).Checksums ?? new Dictionary<string, string>(),
            })]);

    public Task<Result<IReadOnlyList<UploadInfo>>> ListAsync(BucketName bucket, string prefix, CancellationToken ct)
    {
        using var c = database.OpenRead();
        if (BucketTable.Find(c, bucket) is null) return Task.FromResult<Result<IReadOnlyList<UploadInfo>>>(ObjectIndex.Missing(bucket));
        var rows = c.Query<UploadRow>("SELECT id AS Id, key AS Key, created AS Created, details AS Details FROM uploads WHERE realm = @Realm AND bucket = @Name ORDER BY key, created", new { bucket.Realm, bucket.Name });
        return Task.FromResult(Result<IReadOnlyList<UploadInfo>>.Ok([.. rows
            .Select(r => new UploadInfo(r.Id, Encoding.UTF8.GetString(r.Key), new DateTimeOffset(r.Created, TimeSpan.Zero)))
            .Where(u => u.Key.StartsWith(prefix, StringComparison.Ordinal))]));
    }

    public void DropAll(SqliteConnection c, BucketName bucket)
    {
        foreach (var id in c.Query<string>("SELECT id FROM uploads WHERE realm = @Realm AND bucket = @Name", new { bucket.Realm, bucket.Name }).ToList())
            DropUpload(c, id);
    }

    private void DropUpload(SqliteConnection c, string id)
    {
        foreach (var sha256 in c.Query<string>("SELECT sha256 FROM parts WHERE upload = @id", new { id }).ToList()) index.Drop(c, sha256);
        c.Execute("DELETE FROM parts WHERE upload = @id", new { id });
        c.Execute("DELETE FROM uploads WHERE id = @id", new { id });
    }

    private static Error? CheckParts(IReadOnlyList<(int Number, string ETag)> parts, Dictionary<int, PartRow> stored)
    {
        if (parts.Count == 0) return Error.Invalid("parts", null, "At least one part must be named.");
        for (var i = 1; i < parts.Count; i++)
        {
            if (parts[i].Number <= parts[i - 1].Number) return Error.Invalid("partOrder", $"{parts[i].Number}", "Parts must be named in ascending order.");
        }
        foreach (var (number, etag) in parts)
        {
            if (!stored.TryGetValue(number, out var part) || part.ETag != etag.Trim('"')) return Error.Invalid("part", $"{number}", $"Part {number} was not uploaded, or its ETag is another.");
        }
        foreach (var (number, _) in parts.SkipLast(1))
        {
            if (stored[number].Size < MinPartSize) return Error.Invalid("partSize", $"{number}", $"Part {number} has {stored[number].Size} bytes; all but the last take at least {MinPartSize}.");
        }
        return null;
    }

    /// <summary>The checksum of the parts' checksums, marked with how many there are.</summary>
    private static Dictionary<string, string> Composite(IReadOnlyList<string> algorithms, List<PartRow> parts)
    {
        var stored = parts.Select(p => ObjectDetails.Parse(p.Details).Checksums ?? new Dictionary<string, string>()).ToList();
        var composite = new Dictionary<string, string>();
        foreach (var algorithm in algorithms)
        {
            if (!stored.TrueForAll(s => s.ContainsKey(algorithm))) continue;
            using var one = new ContentHasher([algorithm]);
            foreach (var part in stored) one.Append(Convert.FromBase64String(part[algorithm]));
            composite[algorithm] = $"{one.Finish().Checksums[algorithm]}-{parts.Count}";
        }
        return composite;
    }

    private Stream OpenPart(PartRow part)
    {
        if (part.Size > Intake.SmallLimit) return File.OpenRead(blobs.PathOf(part.Sha256));
        using var c = database.OpenRead();
        return new MemoryStream(c.QuerySingle<byte[]>("SELECT data FROM small_blobs WHERE sha256 = @Sha256", new { part.Sha256 }));
    }

    private List<PartRow> ReadParts(string uploadId)
    {
        using var c = database.OpenRead();
        return [.. c.Query<PartRow>("SELECT number AS Number, size AS Size, etag AS ETag, sha256 AS Sha256, modified AS Modified, details AS Details FROM parts WHERE upload = @uploadId ORDER BY number", new { uploadId })];
    }

    private Task<UploadRow?> FindAsync(BucketName bucket, string key, string id)
    {
        using var c = database.OpenRead();
        return Task.FromResult(Find(c, bucket, key, id));
    }

    private static UploadRow? Find(SqliteConnection c, BucketName bucket, string key, string id) => c.QueryFirstOrDefault<UploadRow>(
        "SELECT id AS Id, key AS Key, created AS Created, details AS Details FROM uploads WHERE id = @id AND realm = @Realm AND bucket = @Name AND key = @key",
        new { id, bucket.Realm, bucket.Name, key = Encoding.UTF8.GetBytes(key) });

    private static Error MissingUpload(string id) => new(ErrorCode.NotFound, "The upload does not exist; it may have been completed or aborted.") { Faults = [new Fault("uploadId", id, "must exist")] };

    private sealed class UploadRow
    {
        public string Id { get; init; } = "";
        public byte[] Key { get; init; } = [];
        public long Created { get; init; }
        public string Details { get; init; } = "{}";
    }

    private sealed class PartRow
    {
        public long Number { get; init; }
        public long Size { get; init; }
        public string ETag { get; init; } = "";
        public string Sha256 { get; init; } = "";
        public long Modified { get; init; }
        public string Details { get; init; } = "{}";
    }
}
