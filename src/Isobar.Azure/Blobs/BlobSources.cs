using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>The blob that <c>x-ms-copy-source</c> names: one of this server, for nothing is fetched from elsewhere.</summary>
internal sealed class BlobSources(IObjectStore objects)
{
    public const string Header = "x-ms-copy-source";

    /// <summary>Finds it, under the conditions that the request puts on it.</summary>
    public async Task<(BlobTarget Target, ObjectInfo Info)> FindAsync(HttpContext http)
    {
        var text = http.Request.Headers[Header].ToString();
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) throw StorageFault.Header(Header, Cut(text), "must be the address of a blob");
        if (BlobTarget.Of(uri, http.Request) is not { Blob.Length: > 0 } target) throw new StorageFault(404, "CannotVerifyCopySource", $"{uri.GetLeftPart(UriPartial.Path)} is no blob of this server; nothing is copied from elsewhere.");
        if (!(await objects.HeadAsync(target.StoreBucket, target.StoreKey, null, http.RequestAborted).ConfigureAwait(false)).TryGet(out var info, out var error))
            throw error.Code == ErrorCode.NotFound ? new StorageFault(404, "CannotVerifyCopySource", "The source of the copy does not exist.") : StorageFault.Of(error);
        BlobConditions.Check(http.Request, info, "x-ms-source-");
        return (target, info);
    }

    /// <summary>Opens it, or the part of it that <c>x-ms-source-range</c> names.</summary>
    public async Task<OpenObject> OpenAsync(HttpContext http)
    {
        var (target, info) = await FindAsync(http).ConfigureAwait(false);
        var (offset, length) = (0L, (long?)null);
        if (http.Request.Headers["x-ms-source-range"].ToString() is { Length: > 0 } range)
        {
            if (!range.StartsWith("bytes=", StringComparison.Ordinal) || range[6..].Split('-') is not [var from, var to] || !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out offset)) throw StorageFault.Header("x-ms-source-range", range, "must be bytes=FROM-TO");
            length = long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? Math.Min(last, info.Size - 1) - offset + 1 : info.Size - offset;
            if (length <= 0) throw new StorageFault(416, "InvalidRange", $"The range {range} lies outside of the source, which has {info.Size} bytes.");
        }
        return (await objects.OpenAsync(target.StoreBucket, target.StoreKey, info.VersionId, offset, length, http.RequestAborted).ConfigureAwait(false)).TryGet(out var open, out var error) ? open : throw StorageFault.Of(error);
    }

    // A signature in the address is nobody's business but the reader's.
    public static string Shown(string source) => Uri.TryCreate(source, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Path) : "";

    private static string Cut(string text) => text.Split('?')[0] is { Length: > 100 } path ? path[..100] : text.Split('?')[0];
}
