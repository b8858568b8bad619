using System.Xml.Linq;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Blobs in blocks: blocks are staged beside the containers, where no listing finds them, and joined when they are committed.</summary>
internal sealed class BlockOperations(IObjectStore objects, BlobOperations blobs)
{
    private const string Staging = "azure-blocks";
    private const int MaxBlocks = 50_000, MaxId = 64;

    public async Task StageAsync(HttpContext http, BlobTarget target)
    {
        var id = http.Request.Query["blockid"].ToString();
        if (id.Length is 0 or > MaxId * 2 || !Convert.TryFromBase64String(id, new byte[MaxId * 2], out var length) || length > MaxId) throw StorageFault.Query("blockid", id, $"base64 of at most {MaxId} bytes");
        if (!(await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).IsOk) throw new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}' does not exist.");
        var bucket = target.Bucket with { Realm = Staging };
        await objects.CreateBucketAsync(bucket, ct: http.RequestAborted).ConfigureAwait(false);
        var options = BlobHeaders.Options(http.Request) with { Metadata = new Dictionary<string, string>(), Headers = new Dictionary<string, string>() };
        if ((await objects.PutAsync(bucket, Key(target, id), http.Request.Body, options, http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw StorageFault.Of(error);
        http.Response.StatusCode = 201;
    }

    public async Task CommitAsync(HttpContext http, BlobTarget target)
    {
        var list = (await StorageXml.ReadAsync(http).ConfigureAwait(false)).Elements().ToList();
        if (list.Count > MaxBlocks) throw new StorageFault(400, "BlockListTooLong", $"A blob has at most {MaxBlocks} blocks.");
        var bucket = target.Bucket with { Realm = Staging };
        foreach (var block in list)
            if (block.Name.LocalName == "Committed" || !(await objects.HeadAsync(bucket, Key(target, block.Value), null, http.RequestAborted).ConfigureAwait(false)).IsOk)
                throw new StorageFault(400, "InvalidBlockList", $"The block '{block.Value}' is not staged.");
        await using var joined = new JoinedStream(list.Select(b => (Func<CancellationToken, Task<Stream>>)(ct => OpenAsync(bucket, Key(target, b.Value), ct))));
        var options = BlobHeaders.Options(http.Request) with { ExpectedLength = null, ExpectedChecksums = new Dictionary<string, string>(), ContentType = http.Request.Headers["x-ms-blob-content-type"].ToString() is { Length: > 0 } type ? type : null };
        await blobs.StoreAsync(http, target, joined, options).ConfigureAwait(false);
        // What was not named is gone with the commit, as the service documents it.
        await ForEachStagedAsync(target, key => objects.DeleteAsync(bucket, key)).ConfigureAwait(false);
    }

    public async Task ListAsync(HttpContext http, BlobTarget target)
    {
        var staged = new XElement("UncommittedBlocks");
        await ForEachStagedAsync(target, async key => staged.Add(new XElement("Block", new XElement("Name", key[(key.IndexOf('\n') + 1)..]), new XElement("Size", (await objects.HeadAsync(target.Bucket with { Realm = Staging }, key).ConfigureAwait(false)).Value.Size)))).ConfigureAwait(false);
        await StorageXml.WriteAsync(http, new XElement("BlockList", new XElement("CommittedBlocks"), staged)).ConfigureAwait(false);
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

    private async Task<Stream> OpenAsync(BucketName bucket, string key, CancellationToken ct) =>
        (await objects.OpenAsync(bucket, key, ct: ct).ConfigureAwait(false)).TryGet(out var open, out var error) ? open.Content : throw new IOException(error.Message);

    private static string Key(BlobTarget target, string id) => $"{target.Blob}\n{id}";
}
