using Isobar.Engine.Metering;

namespace Isobar.Aws.S3;

/// <summary>What S3 would bill for a request: by the two classes of its price list, and the bytes that leave.</summary>
internal static class S3Usage
{
    public static void Post(IMeter meter, S3Call call, S3Route route)
    {
        // Deletes are free, and what failed on our side is not the user's to pay.
        if (route.Method == "DELETE" || call.Response.StatusCode >= 500) return;
        var tier = route.Method is "PUT" or "POST" || route.Operation.StartsWith("List", StringComparison.Ordinal) ? "standard-put" : "standard-get";
        var now = call.Time.GetUtcNow();
        meter.Post(new Usage(S3Names.Realm, call.Region, "requests", tier, "requests", 1, call.BucketName, now));
        if (route.Operation == "GetObject" && call.Response is { StatusCode: < 300, ContentLength: > 0 and var bytes })
            meter.Post(new Usage(S3Names.Realm, call.Region, "transfer", "standard-data-transfer-out", "bytes", bytes, call.BucketName, now));
    }
}
