using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Blobs: written whole, read whole or in ranges, described, kept as they are in snapshots, deleted.</summary>
internal sealed class BlobOperations(IObjectStore objects, BlobLeases leases, BlobSnapshots snapshots, TimeProvider time)
{
    private static readonly (string Query, string Header)[] Overrides = [("rscc", "Cache-Control"), ("rscd", "Content-Disposition"), ("rsce", "Content-Encoding"), ("rscl", "Content-Language"), ("rsct", "Content-Type")];

    public async Task PutAsync(HttpContext http, BlobTarget target)
    {
        var type = http.Request.Headers[BlobFacts.Type].ToString();
        if (type.Length == 0) throw StorageFault.Header(BlobFacts.Type, null, "is required: BlockBlob or AppendBlob");
        if (type == "PageBlob") throw new StorageFault(501, "NotImplemented", "Blobs of type PageBlob are not supported here; BlockBlob and AppendBlob are.");
        if (type is not (BlobFacts.BlockBlob or BlobFacts.AppendBlob)) throw StorageFault.Header(BlobFacts.Type, type, "must be BlockBlob or AppendBlob");
        var isAppend = type == BlobFacts.AppendBlob;
        if (isAppend && http.Request.ContentLength is not 0) throw StorageFault.Header("Content-Length", http.Request.ContentLength?.ToString(CultureInfo.InvariantCulture), "must be 0: an AppendBlob is made empty");
        await WritableAsync(http, target, mustExist: false).ConfigureAwait(false);
        var options = BlobHeaders.Options(http.Request);
        if (isAppend) options = options with { Headers = new Dictionary<string, string>(options.Headers) { [BlobFacts.Type] = type, [BlobFacts.Appended] = "0" } };
        await StoreAsync(http, target, http.Request.Body, options).ConfigureAwait(false);
    }

    public async Task StoreAsync(HttpContext http, BlobTarget target, Stream content, PutOptions options)
    {
        var put = await objects.PutAsync(target.Bucket, target.Blob, content, options, http.RequestAborted).ConfigureAwait(false);
        if (!put.TryGet(out var info, out var error)) throw Missing(error, target);
        BlobHeaders.Write(http.Response, info);
        http.Response.Headers["x-ms-request-server-encrypted"] = "true";
        http.Response.StatusCode = 201;
    }

    public async Task GetAsync(HttpContext http, BlobTarget target)
    {
        var info = await FindAsync(http, target).ConfigureAwait(false);
        var lease = target.Snapshot.Length > 0 ? LeaseView.None : await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        if (BlobConditions.Check(http.Request, info))
        {
            BlobHeaders.Write(http.Response, info);
            http.Response.StatusCode = 304;
            return;
        }
        var isHead = HttpMethods.IsHead(http.Request.Method);
        if (!isHead && info.Headers.GetValueOrDefault(BlobFacts.Tier) == "Archive") throw new StorageFault(409, "BlobArchived", "The blob is archived; set its tier to Hot, Cool or Cold first.");
        var (offset, length) = Range(http.Request, info);
        BlobHeaders.WriteAll(http.Response, info, lease);
        foreach (var (query, header) in Overrides)
            if (http.Request.Query["sig"].Count > 0 && http.Request.Query[query].ToString() is { Length: > 0 } value) http.Response.Headers[header] = value;
        http.Response.ContentLength = length ?? info.Size;
        if (isHead) return;
        var opened = await objects.OpenAsync(target.StoreBucket, target.StoreKey, info.VersionId, offset, length, http.RequestAborted).ConfigureAwait(false);
        if (!opened.TryGet(out var open, out var error)) throw Missing(error, target);
        await using (open)
        {
            if (length is not null)
            {
                http.Response.StatusCode = 206;
                http.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{info.Size}");
            }
            await open.Content.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    // 1. A snapshot alone. 2. The snapshots alone, or with their blob; a blob with snapshots does not go by mistake.
    public async Task DeleteAsync(HttpContext http, BlobTarget target)
    {
        // 1.
        var which = http.Request.Headers["x-ms-delete-snapshots"].ToString();
        if (which is not ("" or "include" or "only")) throw StorageFault.Header("x-ms-delete-snapshots", which, "must be include or only");
        if (target.Snapshot.Length > 0)
        {
            if (which.Length > 0) throw StorageFault.Header("x-ms-delete-snapshots", which, "cannot stand beside the name of one snapshot");
            BlobConditions.Check(http.Request, await FindAsync(http, target).ConfigureAwait(false));
            await objects.DeleteAsync(target.StoreBucket, target.StoreKey, ct: http.RequestAborted).ConfigureAwait(false);
            http.Response.StatusCode = 202;
            return;
        }

        // 2.
        await WritableAsync(http, target, mustExist: true).ConfigureAwait(false);
        var kept = await snapshots.OfAsync(target, http.RequestAborted).ConfigureAwait(false);
        if (kept.Count > 0 && which.Length == 0) throw new StorageFault(409, "SnapshotsPresent", $"The blob has {kept.Count} snapshots; x-ms-delete-snapshots says what becomes of them.");
        await snapshots.DropAsync(target, kept).ConfigureAwait(false);
        http.Response.StatusCode = 202;
        if (which == "only") return;
        if ((await objects.DeleteAsync(target.Bucket, target.Blob, ct: http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw Missing(error, target);
        await leases.DropAsync(target).ConfigureAwait(false);
    }

    public async Task DescribeAsync(HttpContext http, BlobTarget target)
    {
        var metadata = BlobHeaders.Metadata(http.Request);
        await ChangeAsync(http, target, o => BlobFacts.Touched(o, time.GetUtcNow()) with { Metadata = metadata }).ConfigureAwait(false);
    }

    /// <summary>Sets the content's headers; what is not given is taken away, as the service documents it.</summary>
    public async Task SetPropertiesAsync(HttpContext http, BlobTarget target)
    {
        var given = BlobHeaders.Facts(http.Request);
        var type = BlobHeaders.ContentType(http.Request);
        await ChangeAsync(http, target, o => BlobFacts.Touched(o, time.GetUtcNow(), [.. BlobHeaders.StandardNames.Select(n => (n, given.GetValueOrDefault(n)))]) with { ContentType = type ?? "application/octet-stream" }).ConfigureAwait(false);
    }

    public async Task SetTierAsync(HttpContext http, BlobTarget target)
    {
        var tier = BlobHeaders.Tier(http.Request) ?? throw StorageFault.Header(BlobFacts.Tier, null, "is required");
        var info = await FindAsync(http, target).ConfigureAwait(false);
        if (target.Snapshot.Length == 0) await leases.CheckAsync(http, target, isWrite: http.Request.Headers.ContainsKey(BlobLeases.Header)).ConfigureAwait(false);
        BlobConditions.Check(http.Request, info);
        if (BlobFacts.TypeOf(info) != BlobFacts.BlockBlob) throw new StorageFault(409, "InvalidBlobType", "Only a BlockBlob has a tier.");
        // A tier has no part in the ETag.
        var changed = await objects.ChangeAsync(target.StoreBucket, target.StoreKey, info.VersionId, o => o with { Headers = new Dictionary<string, string>(o.Headers) { [BlobFacts.Tier] = tier, [BlobFacts.TierTime] = BlobHeaders.Date(time.GetUtcNow()) } }, http.RequestAborted).ConfigureAwait(false);
        if (changed.Error is { } error) throw Missing(error, target);
    }

    public async Task SnapshotAsync(HttpContext http, BlobTarget target)
    {
        var info = await FindAsync(http, target).ConfigureAwait(false);
        await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        BlobConditions.Check(http.Request, info);
        http.Response.Headers[BlobHeaders.Snapshot] = await snapshots.MakeAsync(target, info, BlobHeaders.Metadata(http.Request), http.RequestAborted).ConfigureAwait(false);
        BlobHeaders.Write(http.Response, info);
        http.Response.StatusCode = 201;
    }

    /// <summary>The blob or the snapshot as it is.</summary>
    public async Task<ObjectInfo> FindAsync(HttpContext http, BlobTarget target)
    {
        if ((await objects.HeadAsync(target.StoreBucket, target.StoreKey, null, http.RequestAborted).ConfigureAwait(false)).TryGet(out var info, out var error)) return info;
        throw (await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).IsOk ? new StorageFault(404, "BlobNotFound", "The blob does not exist.") : Missing(error, target);
    }

    /// <summary>The blob that is to be changed, under the caller's conditions and lease; null where there is none yet.</summary>
    public async Task<ObjectInfo?> WritableAsync(HttpContext http, BlobTarget target, bool mustExist)
    {
        if (target.Snapshot.Length > 0) throw new StorageFault(400, "InvalidQueryParameterValue", "A snapshot cannot be changed.");
        var info = mustExist ? await FindAsync(http, target).ConfigureAwait(false)
            : (await objects.HeadAsync(target.Bucket, target.Blob, null, http.RequestAborted).ConfigureAwait(false)).TryGet(out var there, out _) ? there : null;
        if (info is not null) await leases.CheckAsync(http, target, isWrite: true).ConfigureAwait(false);
        BlobConditions.Check(http.Request, info);
        return info;
    }

    public StorageFault Missing(Error error, BlobTarget target) =>
        error.Code == ErrorCode.NotFound ? new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}', or what was named in it, does not exist.") : StorageFault.Of(error);

    private async Task ChangeAsync(HttpContext http, BlobTarget target, Func<ObjectInfo, ObjectInfo> change)
    {
        var info = await WritableAsync(http, target, mustExist: true).ConfigureAwait(false);
        if (!(await objects.ChangeAsync(target.Bucket, target.Blob, info!.VersionId, change, http.RequestAborted).ConfigureAwait(false)).TryGet(out var changed, out var error)) throw Missing(error, target);
        BlobHeaders.Write(http.Response, changed);
    }

    private static (long Offset, long? Length) Range(HttpRequest request, ObjectInfo info)
    {
        var text = request.Headers["x-ms-range"].ToString() is { Length: > 0 } own ? own : request.Headers.Range.ToString();
        if (text.Length == 0 || HttpMethods.IsHead(request.Method)) return (0, null);
        if (!text.StartsWith("bytes=", StringComparison.Ordinal) || text[6..].Split('-') is not [var from, var to] || !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)) return (0, null);
        if (first >= info.Size) throw new StorageFault(416, "InvalidRange", $"The range {text} begins past the end: the blob has {info.Size} bytes.");
        var last = long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, info.Size - 1) : info.Size - 1;
        return last < first ? throw StorageFault.Header("Range", text, "must not end before it begins") : (first, last - first + 1);
    }
}
