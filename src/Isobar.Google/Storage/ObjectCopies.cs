using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary><c>objects.copy</c>, <c>move</c>, <c>rewrite</c> and <c>compose</c>.</summary>
internal static class ObjectCopies
{
    private const int MaxSources = 32;
    private const long SmallestStep = 1 << 20;

    public static async Task<StorageError?> CopyAsync(StorageCall call)
    {
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        var (source, error) = await SourceAsync(call).ConfigureAwait(false);
        if (source is null) return error;
        var (made, fault) = await MakeAsync(call, source, document).ConfigureAwait(false);
        return made is null ? fault : await call.WriteAsync(made.ToJson(call)).ConfigureAwait(false);
    }

    /// <summary>An object gets another name in its bucket. For a moment both are there, and only the version that was copied goes.</summary>
    public static async Task<StorageError?> MoveAsync(StorageCall call)
    {
        call.Values = [call.Values[0], call.Values[1], call.Values[0], call.Values[2]];
        if (call.Values[1] == call.Values[3]) return StorageError.Invalid("destinationObject", call.Values[3], "another name than the source's");
        var (source, error) = await SourceAsync(call).ConfigureAwait(false);
        if (source is null) return error;
        if (source.Held(call) is { } hold) return hold;
        var (made, fault) = await MakeAsync(call, source, []).ConfigureAwait(false);
        if (made is null) return fault;
        var gone = await call.Objects.DeleteAsync(source.Bucket, source.Key, source.VersionId ?? "null", call.Aborted).ConfigureAwait(false);
        return gone.TryGet(out _, out var left) ? await call.WriteAsync(made.ToJson(call)).ConfigureAwait(false) : StorageError.From(left, call.BucketId, call.Key);
    }

    /// <summary>No bytes move here; a caller that bounds the bytes of one call is nevertheless led through the steps that it asked for.</summary>
    public static async Task<StorageError?> RewriteAsync(StorageCall call)
    {
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        var (step, worse) = call.Number("maxBytesRewrittenPerCall");
        if (document is null || worse is not null) return bad ?? worse;
        if (step is { } bytes && (bytes < SmallestStep || bytes % SmallestStep != 0)) return StorageError.Invalid("maxBytesRewrittenPerCall", $"{bytes}", "a multiple of 1 MiB");
        var (source, error) = await SourceAsync(call).ConfigureAwait(false);
        if (source is null) return error;
        var done = 0L;
        if (call.Query("rewriteToken") is { Length: > 0 } token && !TryParse(token, call, source, out done)) return StorageError.Invalid("rewriteToken", token, "the token of a rewrite of this source to this target");
        done = step is { } take ? Math.Min(source.Size, done + take) : source.Size;
        var answer = new JsonObject { ["kind"] = "storage#rewriteResponse", ["totalBytesRewritten"] = ObjectResource.Text(done), ["objectSize"] = ObjectResource.Text(source.Size), ["done"] = done == source.Size };
        if (done < source.Size)
        {
            answer["rewriteToken"] = Token(call, source, done);
            return await call.WriteAsync(answer).ConfigureAwait(false);
        }
        var (made, fault) = await MakeAsync(call, source, document).ConfigureAwait(false);
        if (made is null) return fault;
        answer["resource"] = made.ToJson(call);
        return await call.WriteAsync(answer).ConfigureAwait(false);
    }

    // 1. Read the list. 2. Find every source, each held to its own condition. 3. Store their bytes one after another.
    public static async Task<StorageError?> ComposeAsync(StorageCall call)
    {
        // 1.
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        if (document["sourceObjects"] is not JsonArray { Count: > 0 } sources) return StorageError.Required("sourceObjects");
        if (sources.Count > MaxSources) return StorageError.Invalid("sourceObjects", $"{sources.Count}", $"at most {MaxSources}");

        // 2.
        var found = new List<ObjectInfo>();
        foreach (var node in sources)
        {
            if (node is not JsonObject source || source["name"] is not JsonValue named || !named.TryGetValue<string>(out var name)) return StorageError.Required("sourceObjects[].name");
            var (info, error) = await ObjectReads.FindAsync(call, call.Bucket, name, Number(source["generation"])).ConfigureAwait(false);
            if (info is null) return error;
            if (Number(source["objectPreconditions"]?["ifGenerationMatch"]) is { } wanted && wanted != info.Generation) return StorageError.Condition("sourceObjects[].objectPreconditions.ifGenerationMatch");
            found.Add(info);
        }

        // 3.
        var (options, invalid) = ObjectResource.ToPut(document["destination"] as JsonObject ?? [], found[0].ContentType);
        if (options is null) return invalid;
        var parts = found.Sum(i => i.Headers.TryGetValue(StorageNames.ComponentCount, out var n) ? int.Parse(n, CultureInfo.InvariantCulture) : 1);
        options = options with { Headers = new Dictionary<string, string>(options.Headers) { [StorageNames.ComponentCount] = ObjectResource.Text(parts) } };
        await using var joined = new JoinedStream(found.Select(i => (Func<CancellationToken, Task<Stream>>)(ct => OpenAsync(call, i, ct))));
        return await ObjectUploads.PutAsync(call, call.Key, joined, options).ConfigureAwait(false);
    }

    private static async Task<(ObjectInfo? Info, StorageError? Error)> SourceAsync(StorageCall call)
    {
        var (generation, bad) = call.Number("sourceGeneration");
        var (conditions, worse) = Preconditions.Of(call, "Source");
        if ((bad ?? worse) is { } invalid) return (null, invalid);
        var (info, error) = await ObjectReads.FindAsync(call, call.Bucket, call.Key, generation).ConfigureAwait(false);
        if (info is null) return (null, error);
        return conditions!.Check(info) is { } miss ? (null, miss) : (await ObjectReads.HashedAsync(call, info).ConfigureAwait(false), null);
    }

    private static async Task<(ObjectInfo? Info, StorageError? Error)> MakeAsync(StorageCall call, ObjectInfo source, JsonObject document)
    {
        var target = new BucketName(StorageNames.Realm, call.Values[2]);
        var (conditions, bad) = Preconditions.Of(call);
        if (conditions is null) return (null, bad);
        var current = await call.Objects.HeadAsync(target, call.Values[3], ct: call.Aborted).ConfigureAwait(false);
        if (conditions.NeedsLook && conditions.Check(current.TryGet(out var there, out _) ? there : null) is { } miss) return (null, miss);
        if (current.TryGet(out var held, out _) && held.Held(call) is { } hold) return (null, hold);
        var (headers, metadata) = (new Dictionary<string, string>(source.Headers), new Dictionary<string, string>(source.Metadata));
        // A document takes the place of the source's metadata; without one they are kept.
        if (document.Count > 0 && ObjectResource.Merge(document, headers, metadata, replace: document.Count > 1 || !document.ContainsKey("storageClass")) is { } invalid) return (null, invalid);
        headers.Remove(StorageNames.Metageneration);
        headers.Remove(StorageNames.Updated);
        var type = document["contentType"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : source.ContentType;
        var copied = await call.Objects.CopyAsync(source.Bucket, source.Key, source.VersionId, target, call.Values[3], new PutOptions { ContentType = type, Headers = headers, Metadata = metadata, Condition = conditions.ToWrite() }, call.Aborted).ConfigureAwait(false);
        return copied.TryGet(out var made, out var fault) ? (made, null) : (null, StorageError.From(fault, target.Name, call.Values[3]));
    }

    private static string Token(StorageCall call, ObjectInfo source, long done) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{done}\n{source.Generation}\n{call.Values[2]}/{call.Values[3]}"));

    private static bool TryParse(string token, StorageCall call, ObjectInfo source, out long done)
    {
        done = 0;
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length)) return false;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('\n', 3);
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out done) && done <= source.Size && parts[1] == ObjectResource.Text(source.Generation) && parts[2] == $"{call.Values[2]}/{call.Values[3]}";
    }

    private static long? Number(JsonNode? node) => long.TryParse(node?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A source of a composition, which must still be the one that was found.</summary>
    private static async Task<Stream> OpenAsync(StorageCall call, ObjectInfo source, CancellationToken ct)
    {
        var opened = await call.Objects.OpenAsync(source.Bucket, source.Key, source.VersionId, ct: ct).ConfigureAwait(false);
        return opened.TryGet(out var open, out var error) && open.Info.Generation == source.Generation ? open.Content : throw new IOException($"A source of the composition is gone: {error?.Message}");
    }
}
