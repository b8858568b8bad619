using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>S3.</summary>
internal sealed class AwsObjects(AwsTransport transport) : IObjects
{
    public async Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct = default)
    {
        var region = transport.Options.Region;
        var body = region == "us-east-1" ? [] : Encoding.UTF8.GetBytes($"<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>");
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(bucket, "")) { Content = new ByteArrayContent(body) };
        if ((await transport.SendAsync(AwsClientRegistration.Transfer, "s3", request, AwsTransport.Hash(body), ct)).TryGet(out var reply, out var error))
        {
            reply.Dispose();
            return Done.Value;
        }
        // Whose it is tells a look at it.
        return error.Code == ErrorCode.AlreadyExists ? (await ListPageAsync(bucket, "", null, 1, ct)).Map(_ => Done.Value) : error;
    }

    public Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct = default) => DeleteAsync(Address(bucket, ""), ct);

    public Task<Result<Done>> DeleteAsync(DataLocation at, CancellationToken ct = default) => DeleteAsync(Address(at.Bucket, at.Key), ct);

    public async Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType = "application/octet-stream", CancellationToken ct = default)
    {
        if (!content.CanSeek) throw new ArgumentException("The stream must be seekable: its hash is signed, and a retry sends it again.", nameof(content));
        var start = content.Position;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        var size = content.Position - start;
        content.Position = start;
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(at.Bucket, at.Key)) { Content = new StreamContent(new KeptOpenStream(content)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Content.Headers.ContentLength = size;
        if (!(await transport.SendAsync(AwsClientRegistration.Transfer, "s3", request, hash, ct)).TryGet(out var reply, out var error)) return error;
        using (reply) return new StoredObject(at.Key, size, reply.Headers.ETag?.Tag.Trim('"') ?? "", reply.Headers.Date ?? default);
    }

    public async Task<Result<Stream>> GetAsync(DataLocation at, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(at.Bucket, at.Key));
        if (!(await transport.SendAsync(AwsClientRegistration.Transfer, "s3", request, AwsTransport.EmptyHash, ct)).TryGet(out var reply, out var error)) return error;
        return await reply.Content.ReadAsStreamAsync(ct);
    }

    public async Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct = default)
    {
        var all = new List<StoredObject>();
        string? token = null;
        do
        {
            if (!(await ListPageAsync(prefix.Bucket, prefix.Key, token, 1000, ct)).TryGet(out var page, out var error)) return error;
            var names = page.Root!.Name.Namespace;
            all.AddRange(page.Root.Elements(names + "Contents").Select(e => new StoredObject(
                e.Element(names + "Key")!.Value,
                long.Parse(e.Element(names + "Size")!.Value, CultureInfo.InvariantCulture),
                e.Element(names + "ETag")!.Value.Trim('"'),
                DateTimeOffset.Parse(e.Element(names + "LastModified")!.Value, CultureInfo.InvariantCulture))));
            token = page.Root.Element(names + "NextContinuationToken")?.Value;
        }
        while (token is not null);
        return all;
    }

    private async Task<Result<XDocument>> ListPageAsync(string bucket, string prefix, string? token, int limit, CancellationToken ct)
    {
        var query = $"?list-type=2&max-keys={limit}&prefix={Uri.EscapeDataString(prefix)}{(token is null ? "" : $"&continuation-token={Uri.EscapeDataString(token)}")}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address(bucket, "").AbsoluteUri + query));
        if (!(await transport.SendAsync(AwsClientRegistration.Transfer, "s3", request, AwsTransport.EmptyHash, ct)).TryGet(out var reply, out var error)) return error;
        using (reply) return XDocument.Parse(await reply.Content.ReadAsStringAsync(ct));
    }

    private async Task<Result<Done>> DeleteAsync(Uri uri, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, uri);
        if (!(await transport.SendAsync(AwsClientRegistration.Transfer, "s3", request, AwsTransport.EmptyHash, ct)).TryGet(out var reply, out var error)) return error;
        reply.Dispose();
        return Done.Value;
    }

    private Uri Address(string bucket, string key)
    {
        var options = transport.Options;
        var path = string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
        if (options.PathStyle ?? options.Endpoint is not null) return transport.Address("s3", $"/{bucket}{(path.Length > 0 ? "/" + path : "")}");
        var address = transport.Address("s3", "/" + path);
        return new UriBuilder(address) { Host = $"{bucket}.{address.Host}" }.Uri;
    }
}
