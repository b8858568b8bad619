using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Copies of blobs of this server. They move no bytes, so that all are done when they are answered.</summary>
internal sealed class CopyOperations(IObjectStore objects, BlobOperations blobs, BlobSources sources, TimeProvider time)
{
    // 1. Find the source and check the target. 2. What the writer says stands in place of what the source says. 3. Copy.
    public async Task CopyAsync(HttpContext http, BlobTarget target)
    {
        // 1.
        var request = http.Request;
        var (source, from) = await sources.FindAsync(http).ConfigureAwait(false);
        await blobs.WritableAsync(http, target, mustExist: false).ConfigureAwait(false);
        if (from.Headers.GetValueOrDefault(BlobFacts.Tier) == "Archive") throw new StorageFault(409, "BlobArchived", "The source is archived; set its tier to Hot, Cool or Cold first.");

        // 2. A put from an address is a new blob; a copy tells of its source.
        var isPut = request.Headers.ContainsKey(BlobFacts.Type);
        var keepsSource = !isPut || !request.Headers["x-ms-copy-source-blob-properties"].ToString().Equals("false", StringComparison.OrdinalIgnoreCase);
        var headers = keepsSource ? BlobFacts.Inherited(from) : [];
        foreach (var (name, value) in BlobHeaders.Facts(request)) headers[name] = value;
        var id = Guid.NewGuid().ToString();
        if (!isPut)
        {
            headers[BlobFacts.CopyId] = id;
            headers[BlobFacts.CopySource] = BlobSources.Shown(request.Headers[BlobSources.Header].ToString());
            headers[BlobFacts.CopyStatus] = "success";
            headers[BlobFacts.CopyProgress] = string.Create(CultureInfo.InvariantCulture, $"{from.Size}/{from.Size}");
            headers[BlobFacts.CopyTime] = BlobHeaders.Date(time.GetUtcNow());
        }
        var (metadata, tags) = (BlobHeaders.Metadata(request), BlobHeaders.TagsOf(request));
        var replace = new PutOptions
        {
            ContentType = BlobHeaders.ContentType(request) ?? (keepsSource ? from.ContentType : null),
            Headers = headers,
            Metadata = metadata.Count > 0 ? metadata : from.Metadata,
            Tags = tags.Count > 0 || !request.Headers["x-ms-copy-source-tag-option"].ToString().Equals("COPY", StringComparison.OrdinalIgnoreCase) ? tags : from.Tags,
        };

        // 3.
        var copied = await objects.CopyAsync(source.StoreBucket, source.StoreKey, from.VersionId, target.Bucket, target.Blob, replace, http.RequestAborted).ConfigureAwait(false);
        if (!copied.TryGet(out var info, out var error)) throw blobs.Missing(error, target);
        BlobHeaders.Write(http.Response, info);
        if (isPut)
        {
            http.Response.Headers["x-ms-request-server-encrypted"] = "true";
            http.Response.StatusCode = 201;
            return;
        }
        http.Response.Headers[BlobFacts.CopyId] = id;
        http.Response.Headers[BlobFacts.CopyStatus] = "success";
        http.Response.StatusCode = 202;
    }

    public async Task AbortAsync(HttpContext http, BlobTarget target)
    {
        await blobs.FindAsync(http, target).ConfigureAwait(false);
        throw new StorageFault(409, "NoPendingCopyOperation", "No copy to this blob is under way.");
    }
}
