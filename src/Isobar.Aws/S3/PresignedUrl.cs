using System.Globalization;

namespace Isobar.Aws.S3;

/// <summary>Holds a presigned URL to its own terms. Whether its signature is right is asked elsewhere, where signatures are verified at all.</summary>
internal static class PresignedUrl
{
    private const int MaxSeconds = 7 * 24 * 60 * 60;
    private static readonly string[] Needed = ["X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature"];

    public static S3Error? Check(S3Call call)
    {
        if (call.Query["X-Amz-Algorithm"] is not null) return CheckV4(call);
        if (call.Query["AWSAccessKeyId"] is null || call.Query["Expires"] is not { } expires) return null;
        if (!long.TryParse(expires, out var seconds)) return new S3Error("AccessDenied", 403, "Invalid date (should be seconds since epoch): " + expires);
        return Expired(call, DateTimeOffset.FromUnixTimeSeconds(seconds), null);
    }

    private static S3Error? CheckV4(S3Call call)
    {
        if (Needed.Any(n => string.IsNullOrEmpty(call.Query[n])))
            return Bad("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        if (!DateTimeOffset.TryParseExact(call.Query["X-Amz-Date"], "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return Bad("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
        if (!int.TryParse(call.Query["X-Amz-Expires"], out var seconds)) return Bad("X-Amz-Expires should be a number");
        if (seconds < 0) return Bad("X-Amz-Expires must be non-negative");
        if (seconds > MaxSeconds) return Bad("X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds");
        return Expired(call, date.AddSeconds(seconds), seconds);
    }

    private static S3Error? Expired(S3Call call, DateTimeOffset end, int? seconds)
    {
        var now = call.Time.GetUtcNow();
        if (now <= end) return null;
        var times = new List<(string, string)>();
        if (seconds is { } span) times.Add(("X-Amz-Expires", span.ToString(CultureInfo.InvariantCulture)));
        times.Add(("Expires", end.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        times.Add(("ServerTime", now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)));
        return new S3Error("AccessDenied", 403, "Request has expired") { Details = times };
    }

    private static S3Error Bad(string message) => new("AuthorizationQueryParametersError", 400, message);
}
