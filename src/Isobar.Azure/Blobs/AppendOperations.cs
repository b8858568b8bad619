using System.Globalization;
using Isobar.Azure.Protocols.Storage;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Append blobs: each block is joined to what there is, and readers see the blob with it or without it.</summary>
internal sealed class AppendOperations(IObjectStore objects, BlobOperations blobs, BlobSources sources, NameLocks locks, TimeProvider time)
{
    private const int MostBlocks = 50_000;
    private const long LongestBlock = 100L << 20;

    // 1. One at a time. 2. Check the blob, its conditions and its place. 3. Join.
    public async Task AppendAsync(HttpContext http, BlobTarget target)
    {
        // 1.
        var request = http.Request;
        using var held = await locks.EnterAsync($"append {target}", http.RequestAborted).ConfigureAwait(false);

        // 2.
        var info = (await blobs.WritableAsync(http, target, mustExist: true).ConfigureAwait(false))!;
        if (BlobFacts.TypeOf(info) != BlobFacts.AppendBlob) throw new StorageFault(409, "InvalidBlobType", $"The blob is of type {BlobFacts.TypeOf(info)}; blocks are appended to an AppendBlob.");
        if (request.ContentLength > LongestBlock) throw new StorageFault(413, "RequestBodyTooLarge", $"A block has at most {LongestBlock} bytes.");
        if (Number(request, "x-ms-blob-condition-appendpos") is { } position && position != info.Size) throw new StorageFault(412, "AppendPositionConditionNotMet", $"The blob has {info.Size} bytes.");
        if (Number(request, "x-ms-blob-condition-maxsize") is { } most && info.Size + (request.ContentLength ?? 0) > most) throw new StorageFault(412, "MaxBlobSizeConditionNotMet", $"The blob has {info.Size} bytes.");
        var count = int.Parse(info.Headers.GetValueOrDefault(BlobFacts.Appended, "0"), CultureInfo.InvariantCulture) + 1;
        if (count > MostBlocks) throw new StorageFault(409, "BlockCountExceedsLimit", $"An append blob has at most {MostBlocks} blocks.");

        // 3.
        var source = request.Headers.ContainsKey(BlobSources.Header) ? await sources.OpenAsync(http).ConfigureAwait(false) : null;
        try
        {
            var length = source?.Length ?? request.ContentLength;
            var block = new Md5Stream(source?.Content ?? request.Body, request.Headers.ContentMD5.ToString());
            await using var joined = new JoinedStream([ct => OldAsync(target, info, ct), _ => Task.FromResult<Stream>(block)]);
            var touched = BlobFacts.Touched(info, time.GetUtcNow(), (BlobFacts.Appended, count.ToString(CultureInfo.InvariantCulture)), (BlobFacts.Created, BlobHeaders.Date(BlobFacts.CreatedAt(info))));
            var put = await objects.PutAsync(target.Bucket, target.Blob, joined, new PutOptions { ContentType = info.ContentType, Headers = touched.Headers, Metadata = info.Metadata, Tags = info.Tags, ExpectedLength = length is { } l ? info.Size + l : null, Condition = new WriteCondition(IfGenerationMatch: info.Generation) }, http.RequestAborted).ConfigureAwait(false);
            if (!put.TryGet(out var stored, out var error)) throw StorageFault.Of(error);
            BlobHeaders.Write(http.Response, stored);
        }
        finally
        {
            if (source is not null) await source.DisposeAsync().ConfigureAwait(false);
        }
        http.Response.Headers["x-ms-blob-append-offset"] = info.Size.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[BlobFacts.Appended] = count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["x-ms-request-server-encrypted"] = "true";
        http.Response.StatusCode = 201;
    }

    private async Task<Stream> OldAsync(BlobTarget target, ObjectInfo info, CancellationToken ct)
    {
        if (info.Size == 0) return Stream.Null;
        return (await objects.OpenAsync(target.Bucket, target.Blob, info.VersionId, ct: ct).ConfigureAwait(false)).TryGet(out var open, out var error) ? open.Content : throw new IOException(error.Message);
    }

    private static long? Number(HttpRequest request, string header)
    {
        if (request.Headers[header].ToString() is not { Length: > 0 } text) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw StorageFault.Header(header, text, "must be a number of bytes");
    }
}
