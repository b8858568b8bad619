using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Isobar.Google.Storage;

/// <summary><c>objects.insert</c> in its three ways.</summary>
internal static class ObjectUploads
{
    public static Task<StorageError?> InsertAsync(StorageCall call) => call.Query("uploadType") switch
    {
        "media" => MediaAsync(call),
        "multipart" => MultipartAsync(call),
        "resumable" => call.Uploads.StartAsync(call),
        null or "" => Task.FromResult<StorageError?>(StorageError.Required("uploadType")),
        var other => Task.FromResult<StorageError?>(StorageError.Invalid("uploadType", other, "media, multipart or resumable")),
    };

    private static async Task<StorageError?> MediaAsync(StorageCall call)
    {
        if (call.Query("name") is not { Length: > 0 } name) return StorageError.Required("name");
        var document = new JsonObject();
        if (call.Query("contentEncoding") is { } encoding) document["contentEncoding"] = encoding;
        var (options, bad) = ObjectResource.ToPut(document, call.Header("Content-Type"));
        return options is null ? bad : await PutAsync(call, name, call.Request.Body, WithHashes(call, options) with { ExpectedLength = call.Request.ContentLength }).ConfigureAwait(false);
    }

    private static async Task<StorageError?> MultipartAsync(StorageCall call)
    {
        if (!MediaTypeHeaderValue.TryParse(call.Header("Content-Type"), out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
            return new StorageError(400, "badContent", "An upload of the type multipart needs the Content-Type multipart/related with a boundary.");
        var reader = new MultipartReader(boundary.ToString(), call.Request.Body) { BodyLengthLimit = null };
        if (await reader.ReadNextSectionAsync(call.Aborted).ConfigureAwait(false) is not { } first) return new StorageError(400, "badContent", "The upload has no part with metadata.");
        var kept = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await first.Body.ReadAsync(buffer, call.Aborted).ConfigureAwait(false)) > 0 && kept.Length <= StorageNames.MaxDocument;) kept.Write(buffer, 0, read);
        if (kept.Length > StorageNames.MaxDocument) return new StorageError(413, "uploadTooLarge", $"The metadata take at most {StorageNames.MaxDocument} bytes.");
        var (document, bad) = StorageCall.Parse(kept.GetBuffer().AsSpan(0, (int)kept.Length));
        if (document is null) return bad;
        if ((call.Query("name") ?? (document["name"] as JsonValue)?.ToString()) is not { Length: > 0 } name) return StorageError.Required("name");
        if (await reader.ReadNextSectionAsync(call.Aborted).ConfigureAwait(false) is not { } media) return new StorageError(400, "badContent", "The upload has no part with media.");
        if (call.Query("contentEncoding") is { } encoding) document["contentEncoding"] ??= encoding;
        var (options, invalid) = ObjectResource.ToPut(document, media.ContentType);
        return options is null ? invalid : await PutAsync(call, name, media.Body, WithHashes(call, options)).ConfigureAwait(false);
    }

    /// <summary>Stores an object and answers with its resource.</summary>
    public static async Task<StorageError?> PutAsync(StorageCall call, string name, Stream content, PutOptions options)
    {
        var (conditions, bad) = Preconditions.Of(call);
        if (conditions is null) return bad;
        var (made, error) = await StoreAsync(call, name, content, options, conditions).ConfigureAwait(false);
        return made is null ? error : await call.WriteAsync(made.ToJson(call)).ConfigureAwait(false);
    }

    public static async Task<(ObjectInfo? Info, StorageError? Error)> StoreAsync(StorageCall call, string name, Stream content, PutOptions options, Preconditions conditions)
    {
        if (name.Contains('\r') || name.Contains('\n')) return (null, StorageError.Invalid("name", null, "no line breaks"));
        var current = await call.Objects.HeadAsync(call.Bucket, name, ct: call.Aborted).ConfigureAwait(false);
        if (conditions.NeedsLook && conditions.Check(current.TryGet(out var there, out _) ? there : null) is { } miss) return (null, miss);
        if (current.TryGet(out var held, out _) && held.Held(call) is { } hold) return (null, hold);
        var put = await call.Objects.PutAsync(call.Bucket, name, content, options with { Condition = conditions.ToWrite() }, call.Aborted).ConfigureAwait(false);
        return put.TryGet(out var info, out var error) ? (info, null) : (null, StorageError.From(error, call.BucketId, name));
    }

    /// <summary>Hashes that the client sent by header: <c>x-goog-hash: crc32c=…,md5=…</c> or <c>Content-MD5</c>.</summary>
    public static PutOptions WithHashes(StorageCall call, PutOptions options)
    {
        var expected = new Dictionary<string, string>(options.ExpectedChecksums);
        foreach (var part in (call.Header("x-goog-hash") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=');
            if (at > 0 && part[..at] is "crc32c" or "md5") expected[part[..at]] = part[(at + 1)..];
        }
        if (call.Header("Content-MD5") is { } md5) expected["md5"] = md5;
        return options with { ExpectedChecksums = expected };
    }
}
