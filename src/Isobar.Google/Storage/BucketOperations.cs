using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>The methods of <c>buckets</c>.</summary>
internal static class BucketOperations
{
    private const int MaxPage = 1000;

    public static async Task<StorageError?> ListAsync(StorageCall call)
    {
        if (call.Query("project") is not { Length: > 0 } project) return StorageError.Required("project");
        var (limit, bad) = call.Number("maxResults");
        if (bad is not null) return bad;
        var prefix = call.Query("prefix") ?? "";
        var after = call.Query("pageToken") ?? "";
        var take = (int)Math.Clamp(limit ?? MaxPage, 1, MaxPage);
        var all = await call.Objects.ListBucketsAsync(StorageNames.Realm, call.Aborted).ConfigureAwait(false);
        var found = all.Where(b => b.Attachments.GetValueOrDefault(StorageNames.BucketProject, project) == project)
            .Where(b => b.Name.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(b.Name.Name, after) > 0)
            .OrderBy(b => b.Name.Name, StringComparer.Ordinal).Take(take + 1).ToList();
        var page = new JsonObject { ["kind"] = "storage#buckets" };
        if (found.Count > 0) page["items"] = new JsonArray([.. found.Take(take).Select(b => (JsonNode)ToJson(call, b))]);
        if (found.Count > take) page["nextPageToken"] = found[take - 1].Name.Name;
        return await call.WriteAsync(page).ConfigureAwait(false);
    }

    public static async Task<StorageError?> InsertAsync(StorageCall call)
    {
        if (call.Query("project") is not { Length: > 0 } project) return StorageError.Required("project");
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        if (document["name"] is not JsonValue named || !named.TryGetValue<string>(out var name)) return StorageError.Required("name");
        if (!StorageNames.IsBucket(name)) return new StorageError(400, "invalid", $"Invalid bucket name: '{name}'");
        var bucket = new BucketName(StorageNames.Realm, name);
        var location = (document["location"]?.GetValue<string>() ?? StorageNames.DefaultLocation).ToUpperInvariant();
        var made = await call.Objects.CreateBucketAsync(bucket, location, call.Aborted).ConfigureAwait(false);
        if (!made.TryGet(out _, out var error)) return StorageError.From(error, name, "");
        call.MadeBucket = name;
        var changed = await call.Objects.ChangeBucketAsync(bucket, b => Apply(b, document, call.Time, 1) with { Attachments = With(Apply(b, document, call.Time, 1).Attachments, StorageNames.BucketProject, project) }, call.Aborted).ConfigureAwait(false);
        return changed.TryGet(out var stored, out error) ? await call.WriteAsync(ToJson(call, stored)).ConfigureAwait(false) : StorageError.From(error, name, "");
    }

    public static async Task<StorageError?> GetAsync(StorageCall call)
    {
        var (bucket, error) = await FindAsync(call, isRead: true).ConfigureAwait(false);
        return bucket is null ? error : await call.WriteAsync(ToJson(call, bucket)).ConfigureAwait(false);
    }

    public static Task<StorageError?> PatchAsync(StorageCall call) => ChangeAsync(call, replace: false);

    public static Task<StorageError?> UpdateAsync(StorageCall call) => ChangeAsync(call, replace: true);

    public static async Task<StorageError?> DeleteAsync(StorageCall call)
    {
        var (bucket, error) = await FindAsync(call, isRead: false).ConfigureAwait(false);
        if (bucket is null) return error;
        var gone = await call.Objects.DeleteBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!gone.TryGet(out _, out var fault))
            return fault.Code == Core.Results.ErrorCode.FailedPrecondition ? new StorageError(409, "conflict", "The bucket you tried to delete is not empty.") : StorageError.From(fault, call.BucketId, "");
        call.Response.StatusCode = 204;
        return null;
    }

    private static async Task<StorageError?> ChangeAsync(StorageCall call, bool replace)
    {
        var (bucket, error) = await FindAsync(call, isRead: false).ConfigureAwait(false);
        if (bucket is null) return error;
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        var changed = await call.Objects.ChangeBucketAsync(call.Bucket, b =>
        {
            var merged = replace ? [] : Kept(b);
            Merge(merged, document);
            return Apply(b, merged, call.Time, Metageneration(b) + 1);
        }, call.Aborted).ConfigureAwait(false);
        return changed.TryGet(out var stored, out var fault) ? await call.WriteAsync(ToJson(call, stored)).ConfigureAwait(false) : StorageError.From(fault, call.BucketId, "");
    }

    private static async Task<(Bucket? Bucket, StorageError? Error)> FindAsync(StorageCall call, bool isRead)
    {
        var (match, bad) = call.Number("ifMetagenerationMatch");
        var (not, worse) = call.Number("ifMetagenerationNotMatch");
        if ((bad ?? worse) is { } invalid) return (null, invalid);
        var found = await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false);
        if (!found.TryGet(out var bucket, out var error)) return (null, StorageError.From(error, call.BucketId, ""));
        if (match is { } wanted && wanted != Metageneration(bucket)) return (null, StorageError.Condition("ifMetagenerationMatch"));
        if (not is { } unwanted && unwanted == Metageneration(bucket)) return (null, isRead ? StorageError.NotModified : StorageError.Condition("ifMetagenerationNotMatch"));
        return (bucket, null);
    }

    /// <summary>The caller's own document is kept whole: settings without effect here are given back as they came.</summary>
    private static Bucket Apply(Bucket bucket, JsonObject document, TimeProvider time, long metageneration)
    {
        var labels = document["labels"] is JsonObject map ? map.Where(l => l.Value is not null).ToDictionary(l => l.Key, l => l.Value!.ToString()) : [];
        var on = document["versioning"]?["enabled"] is JsonValue flag && flag.TryGetValue<bool>(out var enabled) && enabled;
        var attachments = With(bucket.Attachments, StorageNames.BucketResource, document.ToJsonString());
        attachments[StorageNames.BucketMetageneration] = ObjectResource.Text(metageneration);
        attachments[StorageNames.BucketUpdated] = ObjectResource.Time(time.GetUtcNow());
        return bucket with
        {
            Versioning = on ? VersioningState.Enabled : bucket.Versioning == VersioningState.Off ? VersioningState.Off : VersioningState.Suspended,
            Tags = labels,
            Attachments = attachments,
        };
    }

    private static JsonObject ToJson(StorageCall call, Bucket bucket)
    {
        var json = Kept(bucket);
        var name = bucket.Name.Name;
        var location = bucket.Location ?? StorageNames.DefaultLocation;
        json["kind"] = "storage#bucket";
        json["id"] = name;
        json["name"] = name;
        json["selfLink"] = $"{call.Root}/storage/v1/b/{name}";
        json["projectNumber"] = "1";
        json["timeCreated"] = ObjectResource.Time(bucket.Created);
        json["updated"] = bucket.Attachments.GetValueOrDefault(StorageNames.BucketUpdated) ?? ObjectResource.Time(bucket.Created);
        json["metageneration"] = ObjectResource.Text(Metageneration(bucket));
        json["etag"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(ObjectResource.Text(Metageneration(bucket))));
        json["location"] = location;
        json["locationType"] = location.Contains('-') ? "region" : "multi-region";
        json["storageClass"] ??= StorageNames.DefaultClass;
        json["iamConfiguration"] ??= new JsonObject { ["uniformBucketLevelAccess"] = new JsonObject { ["enabled"] = true }, ["publicAccessPrevention"] = "inherited" };
        return json;
    }

    private static JsonObject Kept(Bucket bucket) => bucket.Attachments.TryGetValue(StorageNames.BucketResource, out var text) && JsonNode.Parse(text) is JsonObject kept ? kept : [];

    private static long Metageneration(Bucket bucket) => bucket.Attachments.TryGetValue(StorageNames.BucketMetageneration, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : 1;

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> map, string key, string value) => new(map) { [key] = value };

    /// <summary>RFC 7396: null takes away, objects are merged, all else replaces.</summary>
    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null) target.Remove(name);
            else if (value is JsonObject inner && target[name] is JsonObject old) Merge(old, inner);
            else target[name] = value.DeepClone();
        }
    }
}
