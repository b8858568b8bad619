using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Blobs: written whole, read whole or in ranges, copied, described, deleted.</summary>
internal sealed class BlobOperations(IObjectStore objects)
{
    public async Task PutAsync(HttpContext http, BlobTarget target)
    {
        if (http.Request.Headers["x-ms-copy-source"].ToString() is { Length: > 0 } source)
        {
            await CopyAsync(http, target, source).ConfigureAwait(false);
            return;
        }
        var type = http.Request.Headers["x-ms-blob-type"].ToString();
        if (type.Length == 0) throw StorageFault.Header("x-ms-blob-type", null, "is required: BlockBlob");
        if (type != "BlockBlob") throw type is "AppendBlob" or "PageBlob" ? new StorageFault(501, "NotImplemented", $"Blobs of type {type} are not supported here; BlockBlob is.") : StorageFault.Header("x-ms-blob-type", type, "must be BlockBlob");
        await CheckAsync(http, target, mustExist: false).ConfigureAwait(false);
        await StoreAsync(http, target, http.Request.Body, BlobHeaders.Options(http.Request)).ConfigureAwait(false);
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
        var info = await CheckAsync(http, target, mustExist: true).ConfigureAwait(false);
        if (http.Response.StatusCode == 304) return;
        var (offset, length) = Range(http.Request, info!);
        BlobHeaders.WriteAll(http.Response, info!);
        http.Response.ContentLength = length ?? info!.Size;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        var opened = await objects.OpenAsync(target.Bucket, target.Blob, info!.VersionId, offset, length, http.RequestAborted).ConfigureAwait(false);
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

    public async Task DeleteAsync(HttpContext http, BlobTarget target)
    {
        await CheckAsync(http, target, mustExist: true).ConfigureAwait(false);
        if ((await objects.DeleteAsync(target.Bucket, target.Blob, ct: http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw Missing(error, target);
        http.Response.StatusCode = 202;
    }

    public async Task DescribeAsync(HttpContext http, BlobTarget target)
    {
        await CheckAsync(http, target, mustExist: true).ConfigureAwait(false);
        var metadata = BlobHeaders.Metadata(http.Request);
        var changed = await objects.ChangeAsync(target.Bucket, target.Blob, null, o => o with { Metadata = metadata }, http.RequestAborted).ConfigureAwait(false);
        if (!changed.TryGet(out var info, out var error)) throw Missing(error, target);
        BlobHeaders.Write(http.Response, info);
    }

    private async Task CopyAsync(HttpContext http, BlobTarget target, string source)
    {
        if (!Uri.TryCreate(source, UriKind.Absolute, out var uri)) throw StorageFault.Header("x-ms-copy-source", source, "must be the address of a blob");
        var parts = uri.AbsolutePath.Trim('/').Split('/', 3);
        if (parts.Length < 3) throw StorageFault.Header("x-ms-copy-source", uri.GetLeftPart(UriPartial.Path), "must be the address of a blob of this server");
        var metadata = BlobHeaders.Metadata(http.Request);
        var copied = await objects.CopyAsync(BlobNames.Bucket(parts[0], parts[1]), Uri.UnescapeDataString(parts[2]), null, target.Bucket, target.Blob, metadata.Count > 0 ? new PutOptions { Metadata = metadata } : null, http.RequestAborted).ConfigureAwait(false);
        if (!copied.TryGet(out var info, out var error)) throw Missing(error, target);
        BlobHeaders.Write(http.Response, info);
        http.Response.Headers["x-ms-copy-id"] = Guid.NewGuid().ToString();
        http.Response.Headers["x-ms-copy-status"] = "success";
        http.Response.StatusCode = 202;
    }

    /// <summary>The blob as it is, under the caller's If-Match and If-None-Match.</summary>
    private async Task<ObjectInfo?> CheckAsync(HttpContext http, BlobTarget target, bool mustExist)
    {
        var head = await objects.HeadAsync(target.Bucket, target.Blob, null, http.RequestAborted).ConfigureAwait(false);
        var found = head.TryGet(out var info, out var error) ? info : null;
        if (found is null && mustExist) throw (await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).IsOk ? new StorageFault(404, "BlobNotFound", "The blob does not exist.") : Missing(error!, target);
        var (match, none) = (http.Request.Headers.IfMatch.ToString(), http.Request.Headers.IfNoneMatch.ToString());
        if (match.Length > 0 && (found is null || match != "*" && match != BlobHeaders.ETag(found))) throw new StorageFault(412, "ConditionNotMet", "If-Match does not hold.");
        if (none.Length == 0 || found is null || none != "*" && none != BlobHeaders.ETag(found)) return found;
        if (!mustExist) throw new StorageFault(409, "BlobAlreadyExists", "The blob exists.");
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method)) throw new StorageFault(412, "ConditionNotMet", "If-None-Match does not hold.");
        http.Response.StatusCode = 304;
        return found;
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

    private static StorageFault Missing(Error error, BlobTarget target) =>
        error.Code == ErrorCode.NotFound ? new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}', or what was named in it, does not exist.") : StorageFault.Of(error);
}
