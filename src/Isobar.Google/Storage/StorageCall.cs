using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Isobar.Google.Storage;

/// <summary>One request on its way through the emulator.</summary>
internal sealed class StorageCall(HttpContext http, IObjectStore objects, TimeProvider time, ResumableUploads uploads, StorageTarget target)
{
    private readonly Dictionary<string, StringValues> _query = QueryHelpers.ParseQuery(target.Query);

    public HttpContext Http { get; } = http;
    public IObjectStore Objects { get; } = objects;
    public TimeProvider Time { get; } = time;
    public ResumableUploads Uploads { get; } = uploads;
    public StorageTarget Target { get; } = target;
    public CancellationToken Aborted => Http.RequestAborted;
    public HttpRequest Request => Http.Request;
    public HttpResponse Response => Http.Response;

    /// <summary>The path's values, in the order of the route's places.</summary>
    public IReadOnlyList<string> Values { get; set; } = [];
    public string BucketId => Values.Count > 0 ? Values[0] : "";
    /// <summary>A bucket that the request made: its path names none.</summary>
    public string? MadeBucket { get; set; }
    public BucketName Bucket => new(StorageNames.Realm, BucketId);
    public string Key => Values.Count > 1 ? Values[1] : "";
    public string Root => $"{Request.Scheme}://{Request.Host}";

    public string? Query(string name) => _query.TryGetValue(name, out var value) && value.Count > 0 ? value[0] : null;

    public string? Header(string name) => Request.Headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>A number of the query; null where it is missing.</summary>
    public (long? Value, StorageError? Error) Number(string name)
    {
        if (Query(name) is not { Length: > 0 } text) return (null, null);
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? (value, null) : (null, StorageError.Invalid(name, text, "a whole number, 0 or more"));
    }

    /// <summary>The body as a JSON object; an empty body is an empty object.</summary>
    public async Task<(JsonObject? Document, StorageError? Error)> ReadDocumentAsync()
    {
        var kept = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await Request.Body.ReadAsync(buffer, Aborted).ConfigureAwait(false)) > 0;)
        {
            if (kept.Length + read > StorageNames.MaxDocument) return (null, new StorageError(413, "uploadTooLarge", $"The request's document takes at most {StorageNames.MaxDocument} bytes."));
            kept.Write(buffer, 0, read);
        }
        return Parse(kept.GetBuffer().AsSpan(0, (int)kept.Length));
    }

    public static (JsonObject? Document, StorageError? Error) Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0) return ([], null);
        try
        {
            return JsonNode.Parse(bytes) is JsonObject document ? (document, null) : (null, new StorageError(400, "parseError", "The request's document must be a JSON object."));
        }
        catch (JsonException)
        {
            return (null, new StorageError(400, "parseError", "Parse Error: the request's document is not JSON."));
        }
    }

    public async Task<StorageError?> WriteAsync(JsonObject document, int status = 200)
    {
        Response.StatusCode = status;
        Response.ContentType = "application/json; charset=UTF-8";
        if (Query("fields") is { Length: > 0 } fields) FieldSelector.Keep(document, fields);
        await Response.WriteAsync(document.ToJsonString(), Aborted).ConfigureAwait(false);
        return null;
    }
}
