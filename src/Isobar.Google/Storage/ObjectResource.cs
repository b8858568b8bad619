using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>An object as the JSON API shows it, and back.</summary>
internal static class ObjectResource
{
    /// <summary>Fields that are kept as headers of the same meaning.</summary>
    private static readonly (string Field, string Header)[] Standard =
    [
        ("cacheControl", "cache-control"), ("contentDisposition", "content-disposition"), ("contentEncoding", "content-encoding"), ("contentLanguage", "content-language"),
        ("storageClass", StorageNames.StorageClass), ("customTime", StorageNames.CustomTime), ("temporaryHold", StorageNames.TemporaryHold), ("eventBasedHold", StorageNames.EventBasedHold),
    ];

    /// <summary>Fields that would ask for something that is not done here.</summary>
    private static readonly string[] Unkept = ["acl", "kmsKeyName", "retention", "contexts", "customerEncryption"];

    public static long Metageneration(this ObjectInfo info) =>
        info.Headers.TryGetValue(StorageNames.Metageneration, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 1;

    public static string EntityTag(this ObjectInfo info) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"{info.Generation}/{info.Metageneration()}"));

    /// <summary>The MD5 in base64; null for what was composed or uploaded in parts.</summary>
    public static string? Md5(this ObjectInfo info) => info.ETag.Length == 32 && !info.Headers.ContainsKey(StorageNames.ComponentCount) ? Convert.ToBase64String(Convert.FromHexString(info.ETag)) : null;

    /// <summary>Why an object may be neither deleted nor overwritten: a hold on it; null where there is none.</summary>
    public static StorageError? Held(this ObjectInfo info, StorageCall call) =>
        info.Headers.GetValueOrDefault(StorageNames.TemporaryHold) == "true" || info.Headers.GetValueOrDefault(StorageNames.EventBasedHold) == "true"
            ? new StorageError(403, "forbidden", $"Object '{call.BucketId}/{info.Key}' is under active hold and cannot be deleted or overwritten.")
            : null;

    public static JsonObject ToJson(this ObjectInfo info, StorageCall call)
    {
        var (bucket, name) = (Uri.EscapeDataString(info.Bucket.Name), Uri.EscapeDataString(info.Key));
        var self = $"{call.Root}/storage/v1/b/{bucket}/o/{name}";
        var updated = info.Headers.GetValueOrDefault(StorageNames.Updated) ?? Time(info.LastModified);
        var json = new JsonObject
        {
            ["kind"] = "storage#object",
            ["id"] = $"{info.Bucket.Name}/{info.Key}/{info.Generation}",
            ["selfLink"] = self,
            ["mediaLink"] = $"{call.Root}/download/storage/v1/b/{bucket}/o/{name}?generation={info.Generation}&alt=media",
            ["name"] = info.Key,
            ["bucket"] = info.Bucket.Name,
            ["generation"] = Text(info.Generation),
            ["metageneration"] = Text(info.Metageneration()),
            ["contentType"] = info.ContentType,
            ["storageClass"] = info.Headers.GetValueOrDefault(StorageNames.StorageClass, StorageNames.DefaultClass),
            ["size"] = Text(info.Size),
            ["crc32c"] = info.Checksums.GetValueOrDefault("crc32c"),
            ["etag"] = info.EntityTag(),
            ["timeCreated"] = Time(info.LastModified),
            ["updated"] = updated,
            ["timeStorageClassUpdated"] = Time(info.LastModified),
            ["timeFinalized"] = Time(info.LastModified),
        };
        if (info.Md5() is { } md5) json["md5Hash"] = md5;
        if (json["crc32c"] is null) json.Remove("crc32c");
        if (info.Headers.TryGetValue(StorageNames.ComponentCount, out var count)) json["componentCount"] = int.Parse(count, CultureInfo.InvariantCulture);
        foreach (var (field, header) in Standard)
        {
            if (field == "storageClass" || !info.Headers.TryGetValue(header, out var value)) continue;
            json[field] = field.EndsWith("Hold", StringComparison.Ordinal) ? JsonValue.Create(value == "true") : value;
        }
        if (info.Metadata.Count > 0) json["metadata"] = new JsonObject(info.Metadata.Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        return json;
    }

    /// <summary>What a document says of an object that is to be written.</summary>
    public static (PutOptions? Options, StorageError? Error) ToPut(JsonObject document, string? contentType)
    {
        var headers = new Dictionary<string, string>();
        var metadata = new Dictionary<string, string>();
        if (Merge(document, headers, metadata, replace: true) is { } bad) return (null, bad);
        var expected = new Dictionary<string, string>();
        foreach (var (field, algorithm) in new[] { ("md5Hash", "md5"), ("crc32c", "crc32c") })
        {
            if (document[field] is not { } node) continue;
            if (TextOf(node) is not { } hash || !Convert.TryFromBase64String(hash, new byte[hash.Length], out var length) || length != (algorithm == "md5" ? 16 : 4))
                return (null, StorageError.Invalid(field, node.ToJsonString(), "a hash in base64"));
            expected[algorithm] = hash;
        }
        return (new PutOptions
        {
            ContentType = document["contentType"] is { } type ? TextOf(type) : contentType,
            Headers = headers,
            Metadata = metadata,
            ExpectedChecksums = expected,
            ComputeChecksums = ["crc32c"],
        }, null);
    }

    /// <summary>Lays a document over what is kept; with <paramref name="replace"/> what it leaves out goes.</summary>
    public static StorageError? Merge(JsonObject document, Dictionary<string, string> headers, Dictionary<string, string> metadata, bool replace)
    {
        if (Array.Find(Unkept, f => document[f] is not null) is { } unkept) return StorageError.Unsupported($"objects with {unkept}");
        foreach (var (field, header) in Standard)
        {
            var named = document.TryGetPropertyValue(field, out var node);
            if (node is not null)
            {
                if (TextOf(node) is not { } text) return StorageError.Invalid(field, node.ToJsonString(), "a text");
                if (text.Any(char.IsControl)) return StorageError.Invalid(field, null, "no control characters");
                headers[header] = text;
            }
            else if (named || (replace && field != "storageClass"))
            {
                headers.Remove(header);
            }
        }
        var given = document.TryGetPropertyValue("metadata", out var pairs);
        if (replace || (given && pairs is null)) metadata.Clear();
        if (pairs is null) return null;
        if (pairs is not JsonObject map) return StorageError.Invalid("metadata", pairs.ToJsonString(), "an object of texts");
        foreach (var (key, value) in map)
        {
            if (value is null) metadata.Remove(key);
            else if (TextOf(value) is { } text) metadata[key] = text;
            else return StorageError.Invalid($"metadata.{key}", value.ToJsonString(), "a text");
        }
        return metadata.Sum(m => m.Key.Length + m.Value.Length) > 8192 ? StorageError.Invalid("metadata", null, "at most 8 KiB in all") : null;
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? TextOf(JsonNode node) => node is JsonValue value ? value.TryGetValue<string>(out var text) ? text : value.TryGetValue<bool>(out var flag) ? flag ? "true" : "false" : null : null;
}
