using System.Globalization;
using System.Xml.Linq;
using Isobar.Azure.Blobs.Access;
using Isobar.Azure.Protocols.Storage;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.State;
using Microsoft.AspNetCore.Http;

namespace Isobar.Azure.Blobs;

/// <summary>Containers and listings.</summary>
internal sealed class ContainerOperations(IObjectStore objects, BlobLeases leases, BlobSnapshots snapshots, NameLocks locks, TimeProvider time)
{
    private const int MostResults = 5000;
    public const string Public = "azure.public";
    private const string Revised = "azure.revised";

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
        var lease = await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        Write(http.Response, bucket);
        lease.Write(http.Response);
        if (bucket.Attachments.GetValueOrDefault(Public) is { } level) http.Response.Headers["x-ms-blob-public-access"] = level;
        http.Response.Headers["x-ms-has-immutability-policy"] = http.Response.Headers["x-ms-has-legal-hold"] = "false";
        foreach (var (name, value) in bucket.Tags) http.Response.Headers["x-ms-meta-" + name] = value;
    }

    public async Task DescribeAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        var metadata = BlobHeaders.Metadata(http.Request);
        await ChangeAsync(http, target, b => b with { Tags = metadata }).ConfigureAwait(false);
    }

    /// <summary>Sets who may read without credentials, and the policies that signatures may name.</summary>
    public async Task SetAccessAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        var level = http.Request.Headers["x-ms-blob-public-access"].ToString();
        if (level is not ("" or "container" or "blob")) throw StorageFault.Header("x-ms-blob-public-access", level, "must be container or blob");
        var policies = http.Request.ContentLength > 0 ? AccessPolicies.Checked(await StorageXml.ReadAsync(http).ConfigureAwait(false)) : null;
        await ChangeAsync(http, target, b =>
        {
            var attachments = b.Attachments.Where(a => a.Key is not (Public or AccessPolicies.Attachment)).ToDictionary();
            if (level.Length > 0) attachments[Public] = level;
            if (policies is not null) attachments[AccessPolicies.Attachment] = policies.ToString(SaveOptions.DisableFormatting);
            return b with { Attachments = attachments };
        }).ConfigureAwait(false);
    }

    public async Task GetAccessAsync(HttpContext http, BlobTarget target)
    {
        var bucket = await FindAsync(http, target).ConfigureAwait(false);
        await leases.CheckAsync(http, target, isWrite: false).ConfigureAwait(false);
        Write(http.Response, bucket);
        if (bucket.Attachments.GetValueOrDefault(Public) is { } level) http.Response.Headers["x-ms-blob-public-access"] = level;
        await StorageXml.WriteAsync(http, bucket.Attachments.TryGetValue(AccessPolicies.Attachment, out var kept) ? XElement.Parse(kept) : new XElement("SignedIdentifiers")).ConfigureAwait(false);
    }

    /// <summary>Deletes a container with all its blobs, their snapshots and leases.</summary>
    public async Task DeleteAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        await leases.CheckAsync(http, target, isWrite: true).ConfigureAwait(false);
        using var held = await locks.EnterAsync($"container {target.Account}/{target.Container}", http.RequestAborted).ConfigureAwait(false);
        foreach (var bucket in new[] { BlobSnapshots.Bucket(target), target.Bucket with { Realm = BlockOperations.Staging }, target.Bucket })
        {
            if (!(await objects.GetBucketAsync(bucket, http.RequestAborted).ConfigureAwait(false)).IsOk) continue;
            while ((await objects.ListAsync(bucket, new ObjectQuery(), http.RequestAborted).ConfigureAwait(false)).Value is { Objects.Count: > 0 } page)
                foreach (var item in page.Objects) await objects.DeleteAsync(bucket, item.Key, ct: http.RequestAborted).ConfigureAwait(false);
            if ((await objects.DeleteBucketAsync(bucket, http.RequestAborted).ConfigureAwait(false)).Error is { } error) throw StorageFault.Of(error);
        }
        await leases.DropAllAsync(target).ConfigureAwait(false);
        http.Response.StatusCode = 202;
    }

    public async Task ListContainersAsync(HttpContext http, BlobTarget target)
    {
        var query = http.Request.Query;
        var limit = Limit(http.Request);
        var (prefix, marker) = (query["prefix"].ToString(), query["marker"].ToString());
        var withMetadata = query["include"].ToString().Contains("metadata", StringComparison.Ordinal);
        var mine = (await objects.ListBucketsAsync(BlobNames.Realm, http.RequestAborted).ConfigureAwait(false))
            .Where(b => b.Name.Name.StartsWith($"{target.Account}.{prefix}", StringComparison.Ordinal)).Select(b => (Name: b.Name.Name[(target.Account.Length + 1)..], Bucket: b))
            .Where(b => string.CompareOrdinal(b.Name, marker) >= 0).OrderBy(b => b.Name, StringComparer.Ordinal).ToList();
        var shown = new List<XElement>();
        foreach (var (name, bucket) in mine.Take(limit))
        {
            var (_, lease) = await leases.ReadAsync(target with { Container = name }, http.RequestAborted).ConfigureAwait(false);
            shown.Add(new XElement("Container", new XElement("Name", name),
                new XElement("Properties", new XElement("Last-Modified", BlobHeaders.Date(Modified(bucket))), new XElement("Etag", Tag(bucket)), new XElement("LeaseStatus", lease.Status), new XElement("LeaseState", lease.State),
                    bucket.Attachments.GetValueOrDefault(Public) is { } level ? new XElement("PublicAccess", level) : null, new XElement("HasImmutabilityPolicy", "false"), new XElement("HasLegalHold", "false")),
                withMetadata ? new XElement("Metadata", bucket.Tags.Select(m => new XElement(m.Key, m.Value))) : null));
        }
        await StorageXml.WriteAsync(http, new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", Endpoint(http, target)), new XElement("Prefix", prefix), new XElement("Marker", marker), new XElement("MaxResults", limit),
            new XElement("Containers", shown), new XElement("NextMarker", mine.Count > limit ? mine[limit].Name : ""))).ConfigureAwait(false);
    }

    public async Task ListBlobsAsync(HttpContext http, BlobTarget target)
    {
        await FindAsync(http, target).ConfigureAwait(false);
        var query = http.Request.Query;
        var limit = Limit(http.Request);
        var (prefix, delimiter, marker) = (query["prefix"].ToString(), query["delimiter"].ToString(), query["marker"].ToString());
        var includes = query["include"].SelectMany(i => i!.Split(',')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (marker.Length > 0 && !ObjectQuery.IsContinuation(marker)) throw StorageFault.Query("marker", marker, "the NextMarker of the page before");
        var listed = await objects.ListAsync(target.Bucket, new ObjectQuery(prefix, delimiter.Length > 0 ? delimiter : null, Continue: marker.Length > 0 ? marker : null, Limit: Math.Min(limit, 1000)), http.RequestAborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) throw StorageFault.Of(error);
        var kept = includes.Contains("snapshots") && page.Objects.Count > 0 ? await snapshots.BetweenAsync(target, page.Objects[0].Key, page.Objects[^1].Key, http.RequestAborted).ConfigureAwait(false) : null;
        var leased = await leases.AllAsync(target, http.RequestAborted).ConfigureAwait(false);
        var shown = new List<XElement>();
        foreach (var info in page.Objects)
        {
            // Snapshots stand before their blob, oldest first.
            if (kept is not null) shown.AddRange(kept[info.Key].Select(s => BlobListing.Show(info.Key, s.Info, LeaseView.None, includes, s.Snapshot)));
            shown.Add(BlobListing.Show(info.Key, info, leased(info.Key), includes, null));
        }
        await StorageXml.WriteAsync(http, new XElement("EnumerationResults", new XAttribute("ServiceEndpoint", Endpoint(http, target)), new XAttribute("ContainerName", target.Container),
            new XElement("Prefix", prefix), new XElement("Marker", marker), new XElement("MaxResults", limit), delimiter.Length > 0 ? new XElement("Delimiter", delimiter) : null,
            new XElement("Blobs", shown, page.CommonPrefixes.Select(p => new XElement("BlobPrefix", BlobListing.Name(p)))),
            new XElement("NextMarker", page.Next))).ConfigureAwait(false);
    }

    private static int Limit(HttpRequest request)
    {
        if (request.Query["maxresults"].ToString() is not { Length: > 0 } text) return MostResults;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 ? Math.Min(limit, MostResults) : throw StorageFault.Query("maxresults", text, "a number from 1");
    }

    private async Task ChangeAsync(HttpContext http, BlobTarget target, Func<Bucket, Bucket> change)
    {
        var now = time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture);
        var changed = await objects.ChangeBucketAsync(target.Bucket, b => change(b) is var c ? c with { Attachments = new Dictionary<string, string>(c.Attachments) { [Revised] = now } } : b, http.RequestAborted).ConfigureAwait(false);
        if (!changed.TryGet(out var bucket, out var error)) throw StorageFault.Of(error);
        Write(http.Response, bucket);
    }

    public async Task<Bucket> FindAsync(HttpContext http, BlobTarget target) =>
        (await objects.GetBucketAsync(target.Bucket, http.RequestAborted).ConfigureAwait(false)).TryGet(out var bucket, out _) ? bucket : throw new StorageFault(404, "ContainerNotFound", $"The container '{target.Container}' does not exist.");

    public static void Write(HttpResponse response, Bucket bucket)
    {
        response.Headers.ETag = Tag(bucket);
        response.Headers.LastModified = BlobHeaders.Date(Modified(bucket));
    }

    private static DateTimeOffset Modified(Bucket bucket) => bucket.Attachments.TryGetValue(Revised, out var ticks) ? new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero) : bucket.Created;

    private static string Tag(Bucket bucket) => $"\"0x{Modified(bucket).UtcTicks:X}\"";

    public static string Endpoint(HttpContext http, BlobTarget target) => $"{http.Request.Scheme}://{http.Request.Host}/{target.Account}";
}
