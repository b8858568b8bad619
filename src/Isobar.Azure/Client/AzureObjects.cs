using System.Globalization;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Blob Storage. A bucket is a container of the workspace's storage account.</summary>
internal sealed class AzureObjects(AzureTransport transport, AzureWorkspace workspace) : IObjects
{
    private const string Container = "restype=container";

    public async Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct = default)
    {
        var made = await DoAsync(HttpMethod.Put, bucket, "", Container, ct).ConfigureAwait(false);
        // All containers of the account are the account's.
        return made.Error is { Code: ErrorCode.AlreadyExists } ? Done.Value : made;
    }

    public async Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct = default)
    {
        // Azure drops a container with all its blobs.
        if (!(await PageAsync(new DataLocation(bucket, ""), "&maxresults=1", ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
        if (page.Objects.Count > 0) return new Error(ErrorCode.FailedPrecondition, $"The container '{bucket}' is not empty: it has '{page.Objects[0].Key}'.");
        var gone = await DoAsync(HttpMethod.Delete, bucket, "", Container, ct).ConfigureAwait(false);
        if (gone.IsOk) await workspace.ForgetAsync(bucket, ct).ConfigureAwait(false);
        return gone;
    }

    public async Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType = "application/octet-stream", CancellationToken ct = default)
    {
        if (!content.CanSeek) throw new ArgumentException("The stream must be seekable: a retry sends it again.", nameof(content));
        if (!(await AddressAsync(at.Bucket, at.Key, "", ct).ConfigureAwait(false)).TryGet(out var address, out var error)) return error;
        var size = content.Length - content.Position;
        using var request = new HttpRequestMessage(HttpMethod.Put, address) { Content = new StreamContent(new KeptOpenStream(content)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Content.Headers.ContentLength = size;
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        if (!(await transport.StoreAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out error)) return error;
        using (reply) return new StoredObject(at.Key, size, reply.Headers.ETag?.Tag.Trim('"') ?? "", reply.Content.Headers.LastModified ?? default);
    }

    public async Task<Result<Stream>> GetAsync(DataLocation at, CancellationToken ct = default)
    {
        if (!(await AddressAsync(at.Bucket, at.Key, "", ct).ConfigureAwait(false)).TryGet(out var address, out var error)) return error;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (!(await transport.StoreAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out error)) return error;
        return await reply.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
    }

    /// <summary>What an object of the default datastores has from a byte on, and when it was written.</summary>
    public async Task<Result<(string Text, DateTimeOffset Written)>> ReadFromAsync(DataLocation at, long offset, CancellationToken ct)
    {
        if (!(await AddressAsync(at.Bucket, at.Key, "", ct).ConfigureAwait(false)).TryGet(out var address, out var error)) return error;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue(offset, null);
        if (!(await transport.StoreAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out error)) return error;
        using (reply) return (await reply.Content.ReadAsStringAsync(ct).ConfigureAwait(false), reply.Content.Headers.LastModified ?? default);
    }

    /// <summary>Whether there is an object of this very name.</summary>
    public async Task<Result<bool>> ExistsAsync(DataLocation at, CancellationToken ct)
    {
        if (at.Key.Length == 0) return false;
        var found = await DoAsync(HttpMethod.Head, at.Bucket, at.Key, "", ct).ConfigureAwait(false);
        return found.Error is { Code: ErrorCode.NotFound } ? false : found.Map(_ => true);
    }

    public async Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct = default)
    {
        var all = new List<StoredObject>();
        for (var marker = ""; ;)
        {
            if (!(await PageAsync(prefix, marker.Length > 0 ? "&marker=" + Uri.EscapeDataString(marker) : "", ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            all.AddRange(page.Objects);
            if ((marker = page.Next).Length == 0) return all;
        }
    }

    public async Task<Result<Done>> DeleteAsync(DataLocation at, CancellationToken ct = default)
    {
        var gone = await DoAsync(HttpMethod.Delete, at.Bucket, at.Key, "", ct).ConfigureAwait(false);
        return gone.Error is { Code: ErrorCode.NotFound } ? Done.Value : gone;
    }

    private async Task<Result<(IReadOnlyList<StoredObject> Objects, string Next)>> PageAsync(DataLocation prefix, string more, CancellationToken ct)
    {
        if (!(await AddressAsync(prefix.Bucket, "", $"{Container}&comp=list&prefix={Uri.EscapeDataString(prefix.Key)}{more}", ct).ConfigureAwait(false)).TryGet(out var address, out var error)) return error;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (!(await transport.StoreAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out error)) return error;
        using (reply)
        {
            await using var body = await reply.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            var listing = await XElement.LoadAsync(body, LoadOptions.None, ct).ConfigureAwait(false);
            return ([.. (listing.Element("Blobs")?.Elements("Blob") ?? []).Select(Shown)], listing.Element("NextMarker")?.Value ?? "");
        }
    }

    private static StoredObject Shown(XElement blob)
    {
        var properties = blob.Element("Properties")!;
        var name = blob.Element("Name")!;
        // A name that XML cannot hold comes escaped.
        var key = (string?)name.Attribute("Encoded") == "true" ? Uri.UnescapeDataString(name.Value) : name.Value;
        return new StoredObject(key, (long)properties.Element("Content-Length")!, properties.Element("Etag")?.Value.Trim('"') ?? "", DateTimeOffset.Parse(properties.Element("Last-Modified")!.Value, CultureInfo.InvariantCulture));
    }

    private async Task<Result<Done>> DoAsync(HttpMethod method, string bucket, string key, string query, CancellationToken ct)
    {
        if (!(await AddressAsync(bucket, key, query, ct).ConfigureAwait(false)).TryGet(out var address, out var error)) return error;
        using var request = new HttpRequestMessage(method, address);
        if (method == HttpMethod.Put) request.Content = new ByteArrayContent([]);
        if (!(await transport.StoreAsync(request, ct).ConfigureAwait(false)).TryGet(out var reply, out error)) return error;
        reply.Dispose();
        return Done.Value;
    }

    private async Task<Result<Uri>> AddressAsync(string bucket, string key, string query, CancellationToken ct) =>
        (await workspace.FactsAsync(ct).ConfigureAwait(false)).Map(facts => transport.Blob(facts.Account, $"/{Uri.EscapeDataString(bucket)}{(key.Length > 0 ? "/" + Uri.EscapeDataString(key) : "")}{(query.Length > 0 ? "?" + query : "")}"));
}
