using System.Globalization;
using Isobar.Engine.Objects;

namespace Isobar.Aws.S3;

/// <summary>The conditions of a read or of a copy's source, in the order that RFC 9110 evaluates them.</summary>
internal static class S3Conditions
{
    public static S3Error? Check(S3Call call, ObjectInfo info) =>
        Check(info, call.Header("If-Match"), call.Header("If-None-Match"), call.Header("If-Modified-Since"), call.Header("If-Unmodified-Since"), isCopy: false);

    public static S3Error? CheckSource(S3Call call, ObjectInfo info) => Check(info, call.Header("x-amz-copy-source-if-match"), call.Header("x-amz-copy-source-if-none-match"),
        call.Header("x-amz-copy-source-if-modified-since"), call.Header("x-amz-copy-source-if-unmodified-since"), isCopy: true);

    private static S3Error? Check(ObjectInfo info, string? match, string? noneMatch, string? modifiedSince, string? unmodifiedSince, bool isCopy)
    {
        if (match is not null)
        {
            if (!Names(match, info.ETag)) return S3Error.PreconditionFailed("If-Match");
        }
        else if (Date(unmodifiedSince) is { } unmodified && Seconds(info) > unmodified)
        {
            return S3Error.PreconditionFailed("If-Unmodified-Since");
        }
        var unchanged = noneMatch is not null ? Names(noneMatch, info.ETag) : Date(modifiedSince) is { } modified && Seconds(info) <= modified;
        if (!unchanged) return null;
        if (isCopy) return S3Error.PreconditionFailed(noneMatch is not null ? "If-None-Match" : "If-Modified-Since");
        return S3Error.NotModified with
        {
            Headers = [("ETag", S3Xml.Quote(info.ETag)), ("Last-Modified", info.LastModified.ToString("R", CultureInfo.InvariantCulture))],
        };
    }

    private static bool Names(string header, string etag) =>
        header.Split(',', StringSplitOptions.TrimEntries).Any(h => h == "*" || (h.StartsWith("W/", StringComparison.Ordinal) ? h[2..] : h).Trim('"') == etag);

    private static DateTimeOffset? Date(string? header) =>
        DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;

    /// <summary>HTTP dates know no fractions of a second.</summary>
    private static DateTimeOffset Seconds(ObjectInfo info) => DateTimeOffset.FromUnixTimeSeconds(info.LastModified.ToUnixTimeSeconds());
}
