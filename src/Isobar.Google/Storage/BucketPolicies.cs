using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Microsoft.AspNetCore.WebUtilities;

namespace Isobar.Google.Storage;

/// <summary>Who may do what with a bucket, as it was said: policies are kept and given back, and nobody is kept out by them here.</summary>
internal static class BucketPolicies
{
    private const int MaxPrincipals = 1500;
    private static readonly string[] Members = ["allUsers", "allAuthenticatedUsers", "user:", "serviceAccount:", "group:", "domain:", "projectOwner:", "projectEditor:", "projectViewer:", "principal://", "principalSet://", "deleted:"];

    public static async Task<StorageError?> GetAsync(StorageCall call) =>
        (await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false)).TryGet(out var bucket, out var error) ? await call.WriteAsync(Shown(bucket)).ConfigureAwait(false) : StorageError.From(error, call.BucketId, "");

    public static async Task<StorageError?> SetAsync(StorageCall call)
    {
        var (document, bad) = await call.ReadDocumentAsync().ConfigureAwait(false);
        if (document is null) return bad;
        if (Fault(document) is { } fault) return fault;
        var stale = false;
        var changed = await call.Objects.ChangeBucketAsync(call.Bucket, bucket =>
        {
            var version = Version(bucket);
            // An etag of an older policy says that somebody else has changed it meanwhile.
            stale = document["etag"]?.GetValue<string>() is { Length: > 0 } tag && tag != Tag(version);
            if (stale) return bucket;
            var kept = new JsonObject { ["version"] = document["version"]?.DeepClone() ?? 1, ["bindings"] = document["bindings"]?.DeepClone() ?? new JsonArray(), ["count"] = version + 1 };
            return bucket with { Attachments = new Dictionary<string, string>(bucket.Attachments) { [StorageNames.BucketPolicy] = kept.ToJsonString() } };
        }, call.Aborted).ConfigureAwait(false);
        if (!changed.TryGet(out var stored, out var error)) return StorageError.From(error, call.BucketId, "");
        return stale ? new StorageError(412, "conditionNotMet", "The policy's etag is not the newest one: read the policy, change it and set it again.") : await call.WriteAsync(Shown(stored)).ConfigureAwait(false);
    }

    /// <summary>All permissions asked for, as nobody is kept out.</summary>
    public static async Task<StorageError?> TestAsync(StorageCall call)
    {
        if ((await call.Objects.GetBucketAsync(call.Bucket, call.Aborted).ConfigureAwait(false)).Error is { } error) return StorageError.From(error, call.BucketId, "");
        var asked = QueryHelpers.ParseQuery(call.Target.Query).TryGetValue("permissions", out var names) ? names.OfType<string>().ToList() : [];
        if (asked.Count == 0) return StorageError.Required("permissions");
        if (asked.FirstOrDefault(p => !p.StartsWith("storage.", StringComparison.Ordinal)) is { } other) return StorageError.Invalid("permissions", other, "a permission of Cloud Storage, such as storage.objects.get");
        return await call.WriteAsync(new JsonObject { ["kind"] = "storage#testIamPermissionsResponse", ["permissions"] = new JsonArray([.. asked.Select(p => JsonValue.Create(p))]) }).ConfigureAwait(false);
    }

    private static StorageError? Fault(JsonObject policy)
    {
        if (policy["bindings"] is not (null or JsonArray)) return StorageError.Invalid("bindings", policy["bindings"]!.ToJsonString(), "a list of bindings");
        var members = 0;
        foreach (var binding in policy["bindings"] as JsonArray ?? [])
        {
            if (binding?["role"] is not JsonValue role || !role.TryGetValue<string>(out var name) || !(name.StartsWith("roles/", StringComparison.Ordinal) || name.Contains("/roles/", StringComparison.Ordinal)))
                return StorageError.Invalid("bindings.role", binding?["role"]?.ToString() ?? "", "roles/NAME");
            foreach (var member in binding["members"] as JsonArray ?? [])
            {
                if (++members > MaxPrincipals) return StorageError.Invalid("bindings.members", members.ToString(CultureInfo.InvariantCulture), $"at most {MaxPrincipals} members");
                if (member?.ToString() is not { } text || !Members.Any(m => text.StartsWith(m, StringComparison.Ordinal))) return StorageError.Invalid("bindings.members", member?.ToString() ?? "", "such as user:a@example.com, serviceAccount:…, group:…, domain:… or allUsers");
            }
        }
        return null;
    }

    private static JsonObject Shown(Bucket bucket)
    {
        var kept = Kept(bucket);
        return new JsonObject
        {
            ["kind"] = "storage#policy",
            ["resourceId"] = $"projects/_/buckets/{bucket.Name.Name}",
            ["version"] = kept?["version"]?.DeepClone() ?? 1,
            ["etag"] = Tag(Version(bucket)),
            // What a new bucket has: the project's own people.
            ["bindings"] = kept?["bindings"]?.DeepClone() ?? new JsonArray(
                Binding("roles/storage.legacyBucketOwner", Project(bucket, "projectEditor"), Project(bucket, "projectOwner")),
                Binding("roles/storage.legacyBucketReader", Project(bucket, "projectViewer"))),
        };
    }

    private static JsonObject Binding(string role, params string[] members) => new() { ["role"] = role, ["members"] = new JsonArray([.. members.Select(m => JsonValue.Create(m))]) };

    private static string Project(Bucket bucket, string who) => $"{who}:{bucket.Attachments.GetValueOrDefault(StorageNames.BucketProject, "_")}";

    private static JsonNode? Kept(Bucket bucket) => bucket.Attachments.TryGetValue(StorageNames.BucketPolicy, out var text) ? JsonNode.Parse(text) : null;

    private static int Version(Bucket bucket) => Kept(bucket)?["count"]?.GetValue<int>() ?? 1;

    private static string Tag(int version) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"policy{version.ToString(CultureInfo.InvariantCulture)}"));
}
