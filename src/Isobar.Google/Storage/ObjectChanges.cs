using System.Text.Json.Nodes;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary><c>objects.patch</c>, <c>update</c> and <c>delete</c>.</summary>
internal static class ObjectChanges
{
    public static Task<StorageError?> PatchAsync(StorageCall call) => ChangeAsync(call, replace: false);

    public static Task<StorageError?> UpdateAsync(StorageCall call) => ChangeAsync(call, replace: true);

    public static async Task<StorageError?> DeleteAsync(StorageCall call)
    {
        var (info, error) = await ObjectReads.FindAsync(call, isRead: false).ConfigureAwait(false);
        if (info is null) return error;
        if (info.Held(call) is { } hold) return hold;
        // With a generation the object itself goes; without, a versioned bucket keeps it as noncurrent.
        var version = call.Query("generation") is null ? null : info.VersionId ?? "null";
        var gone = await call.Objects.DeleteAsync(call.Bucket, call.Key, version, call.Aborted).ConfigureAwait(false);
        if (!gone.TryGet(out _, out var fault)) return StorageError.From(fault, call.BucketId, call.Key);
        call.Response.StatusCode = 204;
        return null;
    }

    private static async Task<StorageError?> ChangeAsync(StorageCall call, bool replace)
    {
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        var (conditions, invalid) = Preconditions.Of(call);
        if (conditions is null) return invalid;
        var (info, error) = await ObjectReads.FindAsync(call, isRead: false).ConfigureAwait(false);
        if (info is null) return error;
        StorageError? miss = null;
        var changed = await call.Objects.ChangeAsync(call.Bucket, call.Key, info.VersionId, old =>
        {
            // Looked at again here, where no other writer can come between.
            var (headers, metadata) = (new Dictionary<string, string>(old.Headers), new Dictionary<string, string>(old.Metadata));
            miss = conditions.Check(old) ?? ObjectResource.Merge(document, headers, metadata, replace);
            if (miss is not null) return old;
            headers[StorageNames.Metageneration] = ObjectResource.Text(old.Metageneration() + 1);
            headers[StorageNames.Updated] = ObjectResource.Time(call.Time.GetUtcNow());
            var type = document["contentType"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : replace ? "application/octet-stream" : old.ContentType;
            return old with { Headers = headers, Metadata = metadata, ContentType = type };
        }, call.Aborted).ConfigureAwait(false);
        if (miss is not null) return miss;
        return changed.TryGet(out var made, out var fault) ? await call.WriteAsync(made.ToJson(call)).ConfigureAwait(false) : StorageError.From(fault, call.BucketId, call.Key);
    }
}
