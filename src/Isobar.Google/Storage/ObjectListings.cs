using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary><c>objects.list</c>.</summary>
internal static class ObjectListings
{
    private const int MaxPage = 1000;

    public static async Task<StorageError?> ListAsync(StorageCall call)
    {
        var (limit, bad) = call.Number("maxResults");
        if (bad is not null) return bad;
        if (call.Query("softDeleted") == "true") return StorageError.Unsupported("objects.list with softDeleted: what is deleted is gone");
        if (call.Query("pageToken") is { Length: > 0 } given && !ObjectQuery.IsContinuation(given)) return StorageError.Invalid("pageToken", given, "the nextPageToken of the page before");
        var versions = call.Query("versions") == "true";
        var delimiter = call.Query("delimiter") is { Length: > 0 } mark ? mark : null;
        Regex? glob = null;
        if (call.Query("matchGlob") is { Length: > 0 } pattern && (glob = Wildcard.Parse(pattern, braces: true)) is null) return StorageError.Invalid("matchGlob", pattern, "a glob: * ** ? [a-z] [!a-z] {one,other}");
        if (glob is not null && delimiter is not null && delimiter != "/") return StorageError.Invalid("delimiter", delimiter, "only '/' goes with matchGlob");
        var take = (int)Math.Clamp(limit ?? MaxPage, 1, MaxPage);
        var query = new ObjectQuery(call.Query("prefix") ?? "", delimiter, Continue: call.Query("pageToken") is { Length: > 0 } token ? token : null, Limit: take, Versions: versions)
        {
            StartAt = call.Query("startOffset"),
            EndBefore = call.Query("endOffset"),
        };
        var listed = await call.Objects.ListAsync(call.Bucket, query, call.Aborted).ConfigureAwait(false);
        if (!listed.TryGet(out var page, out var error)) return StorageError.From(error, call.BucketId, "");
        var items = new JsonArray();
        foreach (var info in page.Objects)
        {
            // A deletion is the absence of a live generation here, not a version.
            if (info.IsDeleteMarker || (glob is not null && !glob.IsMatch(info.Key))) continue;
            items.Add(info.ToJson(call));
        }
        if (call.Query("includeTrailingDelimiter") == "true" && delimiter is not null)
        {
            foreach (var prefix in page.CommonPrefixes)
            {
                var head = await call.Objects.HeadAsync(call.Bucket, prefix, ct: call.Aborted).ConfigureAwait(false);
                if (head.TryGet(out var folder, out _)) items.Add(folder.ToJson(call));
            }
        }
        var answer = new JsonObject { ["kind"] = "storage#objects" };
        if (page.Next is { } next) answer["nextPageToken"] = next;
        if (items.Count > 0) answer["items"] = items;
        if (page.CommonPrefixes.Count > 0) answer["prefixes"] = new JsonArray([.. page.CommonPrefixes.Select(p => (JsonNode)p)]);
        return await call.WriteAsync(answer).ConfigureAwait(false);
    }
}
