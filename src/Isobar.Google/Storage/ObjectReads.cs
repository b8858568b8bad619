using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using Isobar.Engine.Objects;
using Microsoft.Net.Http.Headers;

namespace Isobar.Google.Storage;

/// <summary>Reads of an object: its metadata and its bytes.</summary>
internal static class ObjectReads
{
    private const int CopyBuffer = 256 * 1024;

    public static async Task<StorageError?> GetAsync(StorageCall call)
    {
        if (call.Query("alt") == "media" || call.Target.Path.StartsWith("/download/", StringComparison.Ordinal)) return await MediaAsync(call).ConfigureAwait(false);
        var (info, error) = await FindAsync(call, isRead: true).ConfigureAwait(false);
        return info is null ? error : await call.WriteAsync((await HashedAsync(call, info).ConfigureAwait(false)).ToJson(call)).ConfigureAwait(false);
    }

    // 1. Find the object and hold it to the conditions. 2. Decide on the range. 3. Describe it. 4. Send.
    public static async Task<StorageError?> MediaAsync(StorageCall call)
    {
        // 1.
        var (found, error) = await FindAsync(call, isRead: true).ConfigureAwait(false);
        if (found is null) return error;
        var info = await HashedAsync(call, found).ConfigureAwait(false);
        if (Names(call.Header("If-None-Match"), info.EntityTag())) return StorageError.NotModified;

        // 2.
        var unzip = info.Headers.GetValueOrDefault("content-encoding") == "gzip" && !call.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase)
            && !(info.Headers.GetValueOrDefault("cache-control") ?? "").Contains("no-transform", StringComparison.OrdinalIgnoreCase);
        // A range of what is unzipped on the way is passed over, as the service documents.
        var (range, bad) = unzip ? (null, null) : RangeOf(call.Header("Range"), info.Size);
        if (bad is not null) return bad;

        // 3.
        var opened = await call.Objects.OpenAsync(info.Bucket, info.Key, info.VersionId, range?.Offset ?? 0, range?.Length, call.Aborted).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var fault)) return StorageError.From(fault, call.BucketId, call.Key);
        await using (open)
        {
            if (open.Info.Generation != info.Generation) return new StorageError(503, "backendError", "The object was replaced while it was opened; try again.");
            Describe(call, info, unzip);
            call.Response.StatusCode = range is null ? 200 : 206;
            if (range is { } taken) call.Response.Headers.ContentRange = $"bytes {taken.Offset}-{taken.Offset + taken.Length - 1}/{info.Size}";
            if (!unzip) call.Response.ContentLength = open.Length;
            if (call.Request.Method == "HEAD") return null;

            // 4.
            await SendAsync(call, open, unzip).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>Finds the object or generation that the request names and holds it to the conditions.</summary>
    public static async Task<(ObjectInfo? Info, StorageError? Error)> FindAsync(StorageCall call, bool isRead)
    {
        var (generation, bad) = call.Number("generation");
        var (conditions, worse) = Preconditions.Of(call);
        if ((bad ?? worse) is { } invalid) return (null, invalid);
        var (info, error) = await FindAsync(call, call.Bucket, call.Key, generation).ConfigureAwait(false);
        if (info is null) return (null, error);
        return conditions!.Check(info, isRead) is { } miss ? (null, miss) : (info, null);
    }

    public static async Task<(ObjectInfo? Info, StorageError? Error)> FindAsync(StorageCall call, BucketName bucket, string key, long? generation)
    {
        var head = await call.Objects.HeadAsync(bucket, key, null, call.Aborted).ConfigureAwait(false);
        if (head.TryGet(out var live, out var error) && (generation is null || generation == live.Generation)) return (live, null);
        if (generation is null) return (null, StorageError.From(error!, bucket.Name, key));
        // An older generation: the versions of a key lie side by side, newest first.
        for (string? next = null; ;)
        {
            var listed = await call.Objects.ListAsync(bucket, new ObjectQuery(key, Continue: next, Versions: true) { EndBefore = key + "\0" }, call.Aborted).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out error)) return (null, StorageError.From(error, bucket.Name, key));
            if (page.Objects.FirstOrDefault(o => o.Key == key && o.Generation == generation && !o.IsDeleteMarker) is { } old) return (old with { VersionId = old.VersionId ?? "null" }, null);
            if ((next = page.Next) is null) return (null, StorageError.NoObject(bucket.Name, key));
        }
    }

    /// <summary>What another way in has stored has no CRC-32C yet: it is computed once and kept.</summary>
    public static async Task<ObjectInfo> HashedAsync(StorageCall call, ObjectInfo info)
    {
        if (info.Checksums.ContainsKey("crc32c") || info.IsDeleteMarker) return info;
        var opened = await call.Objects.OpenAsync(info.Bucket, info.Key, info.VersionId, ct: call.Aborted).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out _)) return info;
        var hash = new Crc32(Crc32ParameterSet.Crc32C);
        await using (open) await hash.AppendAsync(open.Content, call.Aborted).ConfigureAwait(false);
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, hash.GetCurrentHashAsUInt32());
        var checksums = new Dictionary<string, string>(info.Checksums) { ["crc32c"] = Convert.ToBase64String(bytes) };
        var changed = await call.Objects.ChangeAsync(info.Bucket, info.Key, info.VersionId, o => o.Generation == open.Info.Generation ? o with { Checksums = checksums } : o, call.Aborted).ConfigureAwait(false);
        return changed.TryGet(out var kept, out _) ? kept : info with { Checksums = checksums };
    }

    private static void Describe(StorageCall call, ObjectInfo info, bool unzip)
    {
        var headers = call.Response.Headers;
        call.Response.ContentType = call.Query("response-content-type") ?? info.ContentType;
        foreach (var name in new[] { "cache-control", "content-disposition", "content-encoding", "content-language" })
        {
            if (info.Headers.TryGetValue(name, out var value) && !(unzip && name == "content-encoding")) headers[name] = value;
        }
        if (call.Query("response-content-disposition") is { } disposition) headers.ContentDisposition = disposition;
        headers.ETag = $"\"{info.EntityTag()}\"";
        headers.LastModified = HeaderUtilities.FormatDate(info.LastModified);
        headers.AcceptRanges = "bytes";
        headers["x-goog-generation"] = ObjectResource.Text(info.Generation);
        headers["x-goog-metageneration"] = ObjectResource.Text(info.Metageneration());
        headers["x-goog-storage-class"] = info.Headers.GetValueOrDefault(StorageNames.StorageClass, StorageNames.DefaultClass);
        headers["x-goog-stored-content-encoding"] = info.Headers.GetValueOrDefault("content-encoding", "identity");
        headers["x-goog-stored-content-length"] = ObjectResource.Text(info.Size);
        foreach (var (key, value) in info.Metadata)
        {
            // Metadata may hold what no header can.
            if (key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && value.All(c => c is >= ' ' and < (char)127)) headers["x-goog-meta-" + key.ToLowerInvariant()] = value;
        }
        if (info.Checksums.TryGetValue("crc32c", out var crc)) headers["x-goog-hash"] = info.Md5() is { } md5 ? $"crc32c={crc},md5={md5}" : $"crc32c={crc}";
    }

    private static async Task SendAsync(StorageCall call, OpenObject open, bool unzip)
    {
        var content = unzip ? new GZipStream(open.Content, CompressionMode.Decompress) : open.Content;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(open.Length, 1, CopyBuffer));
        try
        {
            for (int read; (read = await content.ReadAsync(buffer, call.Aborted).ConfigureAwait(false)) > 0;)
                await call.Response.Body.WriteAsync(buffer.AsMemory(0, read), call.Aborted).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            if (unzip) await content.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool Names(string? header, string tag) => header is not null && header.Split(',').Any(h => h.Trim().Trim('"') == tag);

    private static ((long Offset, long Length)? Range, StorageError? Error) RangeOf(string? header, long size)
    {
        if (!RangeHeaderValue.TryParse(header, out var parsed) || parsed.Unit != "bytes" || parsed.Ranges.Count != 1) return (null, null);
        var range = parsed.Ranges.First();
        var from = range.From ?? Math.Max(0, size - range.To!.Value);
        var to = range.From is null ? size - 1 : Math.Min(range.To ?? long.MaxValue, size - 1);
        if (from >= size || (range.From is null && range.To == 0))
            return (null, new StorageError(416, "requestedRangeNotSatisfiable", "Request range not satisfiable") { Location = "Range", LocationType = "header", Headers = [("Content-Range", "bytes */" + size.ToString(CultureInfo.InvariantCulture))] });
        return ((from, to - from + 1), null);
    }
}
