using System.Collections.Concurrent;
using Isobar.Engine.Metering;
using Isobar.Engine.Objects;

namespace Isobar.Google.Storage;

/// <summary>What Cloud Storage would bill for a request: by the two classes of its price list, at the bucket's place, and the bytes that leave.</summary>
internal sealed class StorageUsage(IObjectStore objects, IMeter meter)
{
    private const int MostKnown = 10_000;
    private readonly ConcurrentDictionary<string, string> _places = new();

    public async ValueTask PostAsync(StorageCall call, StorageRoute route)
    {
        // A bucket of the name may be made anew elsewhere.
        if (route.Method is "buckets.insert" or "buckets.delete") _places.Clear();
        // Deletes are free, and so is what was not done (4xx, 5xx).
        if (route.Verb == "DELETE" || call.Response.StatusCode >= 400) return;
        var tier = route.Verb != "GET" || route.Method.EndsWith(".list", StringComparison.Ordinal) ? "class-a" : "class-b";
        var bucket = call.MadeBucket ?? call.BucketId;
        var (now, place) = (call.Time.GetUtcNow(), await PlaceAsync(bucket).ConfigureAwait(false));
        meter.Post(new Usage(StorageNames.Realm, place, "requests", tier, "requests", 1, bucket, now));
        if (call.Query("alt") == "media" && call.Response is { StatusCode: < 300, ContentLength: > 0 and var bytes })
            meter.Post(new Usage(StorageNames.Realm, place, "transfer", "data-transfer-out", "bytes", bytes, bucket, now));
    }

    // What names no bucket that there is counts at the place where buckets lie unless told otherwise.
    private async ValueTask<string> PlaceAsync(string bucket)
    {
        if (bucket.Length == 0) return StorageNames.DefaultLocation.ToLowerInvariant();
        if (_places.TryGetValue(bucket, out var known)) return known;
        var found = await objects.GetBucketAsync(new BucketName(StorageNames.Realm, bucket)).ConfigureAwait(false);
        var place = ((found.TryGet(out var there, out _) ? there.Location : null) ?? StorageNames.DefaultLocation).ToLowerInvariant();
        if (found.IsOk && _places.Count < MostKnown) _places[bucket] = place;
        return place;
    }
}
