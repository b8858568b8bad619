using System.Globalization;
using Isobar.Aws.Protocols;
using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Signing;

/// <summary>What a request says of its own signature, from the header or from the query of a presigned URL.</summary>
internal sealed record SignedRequest(CredentialScope Scope, IReadOnlyList<string> SignedHeaders, string Signature, DateTimeOffset Time, string Stamp, string? Token, TimeSpan? Validity)
{
    public const string Algorithm = "AWS4-HMAC-SHA256";

    public bool IsPresigned => Validity is not null;

    /// <summary>Reads it; null when the request carries no signature of this algorithm, or not a whole one.</summary>
    public static SignedRequest? Of(AwsRequest request)
    {
        if (request.Scope is not { } scope) return null;
        var http = request.Http.Request;
        return http.Headers.Authorization.ToString() is { Length: > 0 } header ? OfHeader(http, scope, header) : OfQuery(http, scope);
    }

    private static SignedRequest? OfHeader(HttpRequest http, CredentialScope scope, string header)
    {
        if (!header.StartsWith(Algorithm + " ", StringComparison.Ordinal)) return null;
        var parts = header[(Algorithm.Length + 1)..].Split(',', StringSplitOptions.TrimEntries).Select(p => p.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        var stamp = http.Headers["X-Amz-Date"].ToString();
        // Old clients send the standard Date header alone.
        if (stamp.Length == 0 && DateTimeOffset.TryParse(http.Headers.Date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)) stamp = Format(date);
        return parts.TryGetValue("SignedHeaders", out var names) && parts.TryGetValue("Signature", out var signature) && TryParse(stamp, out var time)
            ? new SignedRequest(scope, names.Split(';'), signature, time, stamp, Empty(http.Headers["X-Amz-Security-Token"]), null) : null;
    }

    private static SignedRequest? OfQuery(HttpRequest http, CredentialScope scope)
    {
        var query = http.Query;
        var stamp = query["X-Amz-Date"].ToString();
        return query["X-Amz-Algorithm"] == Algorithm && query["X-Amz-Signature"].ToString() is { Length: > 0 } signature && TryParse(stamp, out var time)
            && int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 604_800
            ? new SignedRequest(scope, query["X-Amz-SignedHeaders"].ToString().Split(';'), signature, time, stamp, Empty(query["X-Amz-Security-Token"]), TimeSpan.FromSeconds(seconds)) : null;
    }

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static bool TryParse(string stamp, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(stamp, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
