using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Cloud Storage.</summary>
internal sealed class GoogleObjects(GoogleTransport transport) : IObjects
{
    public async Task<Result<Done>> EnsureBucketAsync(string bucket, CancellationToken ct = default)
    {
        var body = new JsonObject { ["name"] = bucket, ["location"] = transport.Options.Location };
        var made = await SendAsync(HttpMethod.Post, $"/storage/v1/b?project={Uri.EscapeDataString(transport.Options.Project)}", new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"), ct).ConfigureAwait(false);
        if (made.IsOk || made.Error.Code != ErrorCode.AlreadyExists) return made.Map(_ => Done.Value);
        // Whose it is tells a look at it.
        return (await SendAsync(HttpMethod.Get, $"/storage/v1/b/{Uri.EscapeDataString(bucket)}/o?maxResults=1", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<Result<Done>> DeleteBucketAsync(string bucket, CancellationToken ct = default) =>
        (await SendAsync(HttpMethod.Delete, $"/storage/v1/b/{Uri.EscapeDataString(bucket)}", null, ct).ConfigureAwait(false)).Map(_ => Done.Value);

    public async Task<Result<StoredObject>> PutAsync(DataLocation at, Stream content, string contentType = "application/octet-stream", CancellationToken ct = default)
    {
        if (!content.CanSeek) throw new ArgumentException("The stream must be seekable: a retry sends it again.", nameof(content));
        var body = new StreamContent(new KeptOpenStream(content));
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        body.Headers.ContentLength = content.Length - content.Position;
        return (await SendAsync(HttpMethod.Post, $"/upload/storage/v1/b/{Uri.EscapeDataString(at.Bucket)}/o?uploadType=media&name={Uri.EscapeDataString(at.Key)}", body, ct).ConfigureAwait(false)).Map(Shown);
    }

    public async Task<Result<Stream>> GetAsync(DataLocation at, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, transport.Address("storage", Path(at) + "?alt=media"));
        if (!(await transport.SendAsync(GoogleClientRegistration.Transfer, request, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        return await reply.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
    }

    public async Task<Result<IReadOnlyList<StoredObject>>> ListAsync(DataLocation prefix, CancellationToken ct = default)
    {
        var all = new List<StoredObject>();
        for (string? token = null; ;)
        {
            var path = $"/storage/v1/b/{Uri.EscapeDataString(prefix.Bucket)}/o?prefix={Uri.EscapeDataString(prefix.Key)}{(token is null ? "" : "&pageToken=" + Uri.EscapeDataString(token))}";
            if (!(await SendAsync(HttpMethod.Get, path, null, ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            all.AddRange((page["items"] as JsonArray ?? []).OfType<JsonObject>().Select(Shown));
            if ((token = page["nextPageToken"]?.GetValue<string>()) is null) return all;
        }
    }

    public async Task<Result<Done>> DeleteAsync(DataLocation at, CancellationToken ct = default)
    {
        var gone = await SendAsync(HttpMethod.Delete, Path(at), null, ct).ConfigureAwait(false);
        return gone.Error is null or { Code: ErrorCode.NotFound } ? Done.Value : gone.Error;
    }

    private static string Path(DataLocation at) => $"/storage/v1/b/{Uri.EscapeDataString(at.Bucket)}/o/{Uri.EscapeDataString(at.Key)}";

    private static StoredObject Shown(JsonObject item) => new(
        item["name"]!.GetValue<string>(),
        long.Parse(item["size"]!.GetValue<string>(), CultureInfo.InvariantCulture),
        item["etag"]?.GetValue<string>() ?? "",
        DateTimeOffset.Parse(item["updated"]!.GetValue<string>(), CultureInfo.InvariantCulture));

    private async Task<Result<JsonObject>> SendAsync(HttpMethod method, string path, HttpContent? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, transport.Address("storage", path)) { Content = body };
        if (!(await transport.SendAsync(GoogleClientRegistration.Transfer, request, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
        using (reply)
        {
            var bytes = await reply.Content.ReadAsByteArrayAsync(ct).ConfigureAwait(false);
            return bytes.Length > 0 && JsonNode.Parse(bytes) is JsonObject document ? document : [];
        }
    }
}
