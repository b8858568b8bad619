using Isobar.Engine.Metering;

namespace Isobar.Google.Storage;

/// <summary>What Cloud Storage would bill for a request: by the two classes of its price list, and the bytes that leave.</summary>
internal static class StorageUsage
{
    public static void Post(IMeter meter, StorageCall call, StorageRoute route)
    {
        // Deletes are free, and what failed on our side is not the user's to pay.
        if (route.Verb == "DELETE" || call.Response.StatusCode >= 500) return;
        var tier = route.Verb != "GET" || route.Method.EndsWith(".list", StringComparison.Ordinal) ? "class-a" : "class-b";
        var now = call.Time.GetUtcNow();
        meter.Post(new Usage(StorageNames.Realm, "us", "requests", tier, "requests", 1, call.BucketId, now));
        if (call.Query("alt") == "media" && call.Response is { StatusCode: < 300, ContentLength: > 0 and var bytes })
            meter.Post(new Usage(StorageNames.Realm, "us", "transfer", "data-transfer-out", "bytes", bytes, call.BucketId, now));
    }
}
