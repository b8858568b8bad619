using System.Xml.Linq;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Blobs in blocks: blocks are staged beside the containers, where no listing finds them, and joined when they are committed.</summary>
internal sealed class BlockOperations(IObjectStore objects, BlobOperations blobs, BlobSources sources)
{
    public const string Staging = "azure-blocks";
    private const int MaxBlocks = 50_000, MaxId = 64;
    // Longer lists are not kept with the blob: it is read with every listing.
    private const int MostKept = 2_000;

    public async Task StageAsync(HttpContext http, BlobTarget target)
    {
        var id = http.Request.Query["blockid"].ToString();
        if (id.Length is 0 or > MaxId * 2 || !Convert.TryFromBase64String(id, new byte[MaxId * 2], out var length) || length > MaxId) throw StorageFault.Query("blockid", id, $"base64 of at most {MaxId} bytes");
        if (!(await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).IsOk) throw new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}' does not exist.");
        var bucket = target.Bucket with { Realm = Staging };
        await objects.CreateBucketAsync(bucket, ct: http.RequestAborted).ConfigureAwait(false);
        var options = BlobHeaders.Options(http.Request) with { Metadata = new Dictionary<string, string>(), Headers = new Dictionary<string, string>() };
        if (http.Request.Headers.ContainsKey(BlobSources.Header))
        {
            await using var source = await sources.OpenAsync(http).ConfigureAwait(false);
            await PutAsync(source.Content, options with { ExpectedLength = source.Length }).ConfigureAwait(false);
        }
        else await PutAsync(http.Request.Body, options).ConfigureAwait(false);
        http.Response.Headers["x-ms-request-server-encrypted"] = "true";
        http.Response.StatusCode = 201;

        async Task PutAsync(Stream content, PutOptions with)
        {
            if ((await objects.PutAsync(bucket, Key(target, id), content, with, http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw StorageFault.Of(error);
        }
    }

    // 1. Check the blob and the list. 2. Find each block, staged or of the blob as it is. 3. Join them. 4. What was not named is gone with the commit, as the service documents it.
    public async Task CommitAsync(HttpContext http, BlobTarget target)
    {
        // 1.
        var list = (await StorageXml.ReadAsync(http).ConfigureAwait(false)).Elements().ToList();
        if (list.Count > MaxBlocks) throw new StorageFault(400, "BlockListTooLong", $"A blob has at most {MaxBlocks} blocks.");
        var old = await blobs.WritableAsync(http, target, mustExist: false).ConfigureAwait(false);

        // 2.
        var bucket = target.Bucket with { Realm = Staging };
        var committed = Committed(old);
        var parts = new List<(string Id, long Size, Func<CancellationToken, Task<Stream>> Open)>();
        foreach (var block in list)
        {
            var (id, kind) = (block.Value, block.Name.LocalName);
            if (kind != "Committed" && (await objects.HeadAsync(bucket, Key(target, id), null, http.RequestAborted).ConfigureAwait(false)).TryGet(out var staged, out _)) parts.Add((id, staged.Size, ct => OpenAsync(bucket, Key(target, id), null, 0, null, ct)));
            else if (kind != "Uncommitted" && committed.TryGetValue(id, out var at)) parts.Add((id, at.Size, ct => OpenAsync(target.Bucket, target.Blob, old!.VersionId, at.Offset, at.Size, ct)));
            else throw new StorageFault(400, "InvalidBlockList", $"The block '{id}' is not {(kind == "Committed" ? "one of the blob's" : "staged")}.");
        }

        // 3.
        await using var joined = new JoinedStream(parts.Where(p => p.Size > 0).Select(p => p.Open));
        var options = BlobHeaders.Options(http.Request);
        var headers = new Dictionary<string, string>(options.Headers);
        if (parts.Count is > 0 and <= MostKept && BlobFacts.Blocks(parts.Select(p => (p.Id, p.Size))) is var kept) headers[kept.Key] = kept.Value;
        await blobs.StoreAsync(http, target, joined, options with { Headers = headers, ExpectedLength = null, ExpectedChecksums = new Dictionary<string, string>(), ContentType = BlobHeaders.ContentType(http.Request) }).ConfigureAwait(false);

        // 4.
        await ForEachStagedAsync(target, key => objects.DeleteAsync(bucket, key)).ConfigureAwait(false);
    }

    public async Task ListAsync(HttpContext http, BlobTarget target)
    {
        var which = http.Request.Query["blocklisttype"].ToString() is { Length: > 0 } given ? given : "committed";
        if (which is not ("committed" or "uncommitted" or "all")) throw StorageFault.Query("blocklisttype", which, "committed, uncommitted or all");
        var found = (await objects.HeadAsync(target.StoreBucket, target.StoreKey, null, http.RequestAborted).ConfigureAwait(false)).TryGet(out var info, out _) ? info : null;
        var staged = new XElement("UncommittedBlocks");
        await ForEachStagedAsync(target, async key => staged.Add(Show(key[(key.IndexOf('\n') + 1)..], (await objects.HeadAsync(target.Bucket with { Realm = Staging }, key).ConfigureAwait(false)).Value.Size))).ConfigureAwait(false);
        if (found is null && !staged.HasElements) throw new StorageFault(404, "BlobNotFound", "The blob does not exist.");
        if (found is not null)
        {
            BlobHeaders.Write(http.Response, found);
            http.Response.Headers["x-ms-blob-content-length"] = found.Size.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        await StorageXml.WriteAsync(http, new XElement("BlockList",
            which == "uncommitted" ? null : new XElement("CommittedBlocks", found is null ? [] : BlobFacts.Blocks(found).Select(b => Show(b.Id, b.Size))),
            which == "committed" ? null : staged)).ConfigureAwait(false);

        static XElement Show(string id, long size) => new("Block", new XElement("Name", id), new XElement("Size", size));
    }

    // Where an id was named twice, both are the same block.
    private static Dictionary<string, (long Offset, long Size)> Committed(ObjectInfo? blob)
    {
        var (places, offset) = (new Dictionary<string, (long, long)>(), 0L);
        foreach (var (id, size) in blob is null ? [] : BlobFacts.Blocks(blob))
        {
            places.TryAdd(id, (offset, size));
            offset += size;
        }
        return places;
    }

    private async Task ForEachStagedAsync(BlobTarget target, Func<string, Task> act)
    {
        for (string? next = null; ;)
        {
            var listed = await objects.ListAsync(target.Bucket with { Realm = Staging }, new ObjectQuery(Key(target, ""), Continue: next)).ConfigureAwait(false);
            if (!listed.IsOk) return;
            foreach (var item in listed.Value.Objects) await act(item.Key).ConfigureAwait(false);
            if ((next = listed.Value.Next) is null) return;
        }
    }

    private async Task<Stream> OpenAsync(BucketName bucket, string key, string? version, long offset, long? length, CancellationToken ct) =>
        (await objects.OpenAsync(bucket, key, version, offset, length, ct).ConfigureAwait(false)).TryGet(out var open, out var error) ? open.Content : throw new IOException(error.Message);

    private static string Key(BlobTarget target, string id) => $"{target.Blob}\n{id}";
}
