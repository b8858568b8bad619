using System.Text.Json.Nodes;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>Objects by <c>/bucket/object</c>, which signed URLs and public links use.</summary>
internal static class XmlObjects
{
    public static Task<StorageError?> HandleAsync(StorageCall call) => call.Request.Method switch
    {
        _ when call.Values.Count < 2 && !(call.Request.Method == "POST" && call.Query("upload_id") is not null) => Task.FromResult<StorageError?>(StorageError.Unsupported($"xml.{call.Request.Method} of a bucket")),
        "GET" or "HEAD" => ObjectReads.MediaAsync(call),
        "PUT" when call.Query("upload_id") is not null => call.Uploads.ContinueAsync(call),
        "PUT" => PutAsync(call),
        "POST" when call.Header("x-goog-resumable") == "start" => StartAsync(call),
        "DELETE" when call.Query("upload_id") is not null => call.Uploads.CancelAsync(call),
        "DELETE" => ObjectChanges.DeleteAsync(call),
        var verb => Task.FromResult<StorageError?>(StorageError.Unsupported($"xml.{verb} of an object")),
    };

    private static async Task<StorageError?> PutAsync(StorageCall call)
    {
        var (options, bad) = ObjectResource.ToPut(Document(call), call.Header("Content-Type"));
        var (conditions, worse) = Preconditions.Of(call);
        if (options is null || conditions is null) return bad ?? worse;
        var (info, error) = await ObjectUploads.StoreAsync(call, call.Key, call.Request.Body, ObjectUploads.WithHashes(call, options) with { ExpectedLength = call.Request.ContentLength }, conditions).ConfigureAwait(false);
        if (info is null) return error;
        call.Response.Headers.ETag = $"\"{info.EntityTag()}\"";
        call.Response.Headers["x-goog-generation"] = ObjectResource.Text(info.Generation);
        call.Response.Headers["x-goog-metageneration"] = "1";
        call.Response.Headers["x-goog-hash"] = $"crc32c={info.Checksums.GetValueOrDefault("crc32c")},md5={info.Md5()}";
        call.Response.ContentLength = 0;
        return null;
    }

    private static Task<StorageError?> StartAsync(StorageCall call) => call.Uploads.StartAsync(call, call.Key, Document(call));

    private static JsonObject Document(StorageCall call)
    {
        var document = new JsonObject();
        foreach (var (header, field) in new[] { ("Cache-Control", "cacheControl"), ("Content-Disposition", "contentDisposition"), ("Content-Encoding", "contentEncoding"), ("Content-Language", "contentLanguage"), ("x-goog-storage-class", "storageClass") })
        {
            if (call.Header(header) is { } value) document[field] = value;
        }
        var metadata = call.Request.Headers.Where(h => h.Key.StartsWith("x-goog-meta-", StringComparison.OrdinalIgnoreCase)).ToDictionary(h => h.Key[12..].ToLowerInvariant(), h => (JsonNode?)h.Value.ToString());
        if (metadata.Count > 0) document["metadata"] = new JsonObject(metadata);
        if (call.Request.Method == "POST" && call.Header("Content-Type") is { } type) document["contentType"] = type;
        return document;
    }
}
