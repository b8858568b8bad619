using System.Globalization;
using System.Xml.Linq;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Containers and listings.</summary>
internal sealed class ContainerOperations(IObjectStore objects)
{
    private const int MostResults = 5000;

    public async Task CreateAsync(HttpContext http, BlobTarget target)
    {
        target.CheckContainer();
        var made = await objects.CreateBucketAsync(target.Bucket, ct: http.RequestAborted).ConfigureAwait(false);
        if (!made.TryGet(out var bucket, out var error)) throw error.Code == ErrorCode.AlreadyExists ? new StorageFault(409, "ContainerAlreadyExists", $"The container '{target.Container}' exists.") : StorageFault.Of(error);
        var metadata = BlobHeaders.Metadata(http.Request);
        if (metadata.Count > 0) await objects.ChangeBucketAsync(target.Bucket, b => b with { Tags = metadata }, http.RequestAborted).ConfigureAwait(false);
        Write(http.Response, bucket);
        http.Response.StatusCode = 201;
    }

    public async Task ReadAsync(HttpContext http, BlobTarget target)
    {
        var bucket = await FindAsync(http, target).ConfigureAwait(false);
        Write(http.Response, bucket);
        http.Response.Headers["x-ms-lease-status"] = "unlocked";
        http.Response.Headers["x-ms-lease-state"] = "available";
        foreach (var (name, value) in bucket.Tags) http.Response.Headers["x-ms-meta-" + name] = value;
    }

    /// <summary>Deletes a container with all its blobs.</summary>
    public async Task DeleteAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        while ((await objects.ListAsync(target.Bucket, new ObjectQuery(), http.RequestAborted).ConfigureAwait(false)).Value is { Objects.Count: > 0 } page)
            foreach (var item in page.Objects) await objects.DeleteAsync(target.Bucket, item.Key, ct: http.RequestAborted).ConfigureAwait(false);
        if ((await objects.DeleteBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw StorageFault.Of(error);
        http.Response.StatusCode = 202;
    }

    public async Task ListContainersAsync(HttpContext http, BlobTarget target)
    {
        var prefix = http.Request.Query["prefix"].ToString();
        var mine = (await objects.ListBucketsAsync(BlobNames.Realm, http.RequestAborted).ConfigureAwait(false)).Where(b => b.Name.Name.StartsWith($"{target.Account}.{prefix}", StringComparison.Ordinal)).ToList();
        await StorageXml.WriteAsync(http, new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", Endpoint(http, target)), new XElement("Prefix", prefix),
            new XElement("Containers", mine.Select(b => new XElement("Container", new XElement("Name", b.Name.Name[(target.Account.Length + 1)..]), new XElement("Properties", new XElement("Last-Modified", BlobHeaders.Date(b.Created)), new XElement("Etag", Tag(b)))))),
            new XElement("NextMarker"))).ConfigureAwait(false);
    }

    public async Task ListBlobsAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        var query = http.Request.Query;
        var limit = MostResults;
        if (query["maxresults"].ToString() is { Length: > 0 } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1)) throw StorageFault.Query("maxresults", text, "a number from 1");
        var (prefix, delimiter, marker) = (query["prefix"].ToString(), query["delimiter"].ToString(), query["marker"].ToString());
        var listed = await objects.ListAsync(target.Bucket, new ObjectQuery(prefix, delimiter.Length > 0 ? delimiter : null, Continue: marker.Length > 0 ? marker : null, Limit: Math.Min(limit, 1000)), http.RequestAborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) throw StorageFault.Of(error);
        var withMetadata = query["include"].ToString().Contains("metadata", StringComparison.Ordinal);
        await StorageXml.WriteAsync(http, new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", Endpoint(http, target)), new XAttribute("ContainerName", target.Container),
            new XElement("Prefix", prefix), new XElement("Marker", marker), new XElement("MaxResults", limit), delimiter.Length > 0 ? new XElement("Delimiter", delimiter) : null,
            new XElement("Blobs", page.Objects.Select(o => Show(o, withMetadata)), page.CommonPrefixes.Select(p => new XElement("BlobPrefix", new XElement("Name", p)))),
            new XElement("NextMarker", page.Next))).ConfigureAwait(false);
    }

    private async Task<Bucket> FindAsync(HttpContext http, BlobTarget target) =>
        (await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).TryGet(out var bucket, out _) ? bucket : throw new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}' does not exist.");

    private static XElement Show(ObjectInfo info, bool withMetadata) => new("Blob", new XElement("Name", info.Key),
        new XElement("Properties", new XElement("Creation-Time", BlobHeaders.Date(info.LastModified)), new XElement("Last-Modified", BlobHeaders.Date(info.LastModified)), new XElement("Etag", BlobHeaders.ETag(info).Trim('"')),
            new XElement("Content-Length", info.Size), new XElement("Content-Type", info.ContentType), new XElement("BlobType", "BlockBlob"), new XElement("AccessTier", "Hot"), new XElement("LeaseStatus", "unlocked"), new XElement("LeaseState", "available"), new XElement("ServerEncrypted", "true")),
        withMetadata ? new XElement("Metadata", info.Metadata.Select(m => new XElement(m.Key, m.Value))) : null);

    private static void Write(HttpResponse response, Bucket bucket)
    {
        response.Headers.ETag = Tag(bucket);
        response.Headers.LastModified = BlobHeaders.Date(bucket.Created);
    }

    private static string Tag(Bucket bucket) => $"\"0x{bucket.Created.UtcTicks:X}\"";

    private static string Endpoint(HttpContext http, BlobTarget target) => $"{http.Request.Scheme}://{http.Request.Host}/{target.Account}";
}
