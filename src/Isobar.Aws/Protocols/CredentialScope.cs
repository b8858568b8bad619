using Microsoft.AspNetCore.Http;

namespace Isobar.Aws.Protocols;

/// <summary>The credential of a Signature Version 4 request: who signed, for which region and service.</summary>
/// <param name="AccessKey">The access key id.</param>
/// <param name="Date">Eight digits.</param>
/// <param name="Region">The region; empty for the multi-region algorithm (4A), whose scope names none.</param>
/// <param name="Service">The signing name, such as <c>sagemaker</c> or <c>s3</c>.</param>
public sealed record CredentialScope(string AccessKey, string Date, string Region, string Service)
{
    /// <summary>Reads the scope from the Authorization header, or from the query of a presigned URL; null when there is none.</summary>
    public static CredentialScope? Of(HttpRequest request)
    {
        string? header = request.Headers.Authorization;
        if (header is not null && header.StartsWith("AWS4-", StringComparison.Ordinal))
        {
            const string mark = "Credential=";
            var start = header.IndexOf(mark, StringComparison.Ordinal);
            if (start < 0) return null;
            start += mark.Length;
            var end = header.AsSpan(start).IndexOfAny(',', ' ');
            return Known(end < 0 ? header.AsSpan(start) : header.AsSpan(start, end));
        }
        return request.QueryString.HasValue && request.Query.TryGetValue("X-Amz-Credential", out var value) ? Parse(value.ToString()) : null;
    }

    // One client sends the same credential all day: on the hot path it is compared, not parsed again.
    private static CredentialScope? Known(ReadOnlySpan<char> credential)
    {
        if (t_last is { } last && credential.SequenceEqual(last.Text)) return last.Scope;
        var text = credential.ToString();
        if (Parse(text) is not { } scope) return null;
        t_last = new(text, scope);
        return scope;
    }

    [ThreadStatic]
    private static Seen? t_last;

    private sealed record Seen(string Text, CredentialScope Scope);

    private static CredentialScope? Parse(string credential)
    {
        // An access key may hold slashes only by mistake, so the parts are counted from the end.
        var parts = credential.Split('/');
        return parts switch
        {
            [.., var date, var region, var service, "aws4_request"] when parts.Length >= 5 => new(string.Join('/', parts[..^4]), date, region, service),
            [var key, var date, var service, "aws4_request"] => new(key, date, "", service),
            _ => null,
        };
    }
}
