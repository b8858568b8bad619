using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Aws.Signing;

/// <summary>A request in the one form that both sides sign.</summary>
internal static class CanonicalRequest
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    public static string Of(HttpRequest http, SignedRequest signed, string payloadHash)
    {
        var (path, query) = Target(http);
        return string.Join('\n',
            http.Method,
            signed.Scope.Service == "s3" ? OncePath(path) : TwicePath(path),
            Query(query),
            string.Concat(signed.SignedHeaders.Select(h => $"{h}:{Header(http, h)}\n")),
            string.Join(';', signed.SignedHeaders),
            payloadHash);
    }

    /// <summary>The path and the query as they came, before the server decoded anything.</summary>
    private static (string Path, string Query) Target(HttpRequest http)
    {
        var raw = http.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(raw)) raw = http.Path.ToUriComponent() + http.QueryString.ToUriComponent();
        if (raw.StartsWith("http", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(raw, UriKind.Absolute, out var uri)) raw = uri.PathAndQuery;
        var mark = raw.IndexOf('?');
        return mark < 0 ? (raw, "") : (raw[..mark], raw[(mark + 1)..]);
    }

    /// <summary>S3 keys are signed as they are encoded once.</summary>
    private static string OncePath(string path) => path.Length == 0 ? "/" : string.Join('/', path.Split('/').Select(s => Encode(Decode(s))));

    /// <summary>Every other service signs the encoded path encoded again, without empty segments.</summary>
    private static string TwicePath(string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".").Select(s => Encode(Encode(Decode(s))));
        return "/" + string.Join('/', parts) + (path.Length > 1 && path.EndsWith('/') ? "/" : "");
    }

    private static string Query(string query) => string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .Select(p => (Name: Encode(Decode(p[0])), Value: p.Length > 1 ? Encode(Decode(p[1])) : ""))
        .Where(p => p.Name != "X-Amz-Signature")
        .OrderBy(p => p.Name, StringComparer.Ordinal).ThenBy(p => p.Value, StringComparer.Ordinal)
        .Select(p => $"{p.Name}={p.Value}"));

    private static string Header(HttpRequest http, string name) => name == "host" && http.Headers.Host.Count == 0 ? http.Host.Value ?? ""
        : string.Join(',', http.Headers[name].Select(v => string.Join(' ', (v ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace("+", "%20", StringComparison.Ordinal));

    private static string Encode(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (Unreserved.Contains((char)b)) result.Append((char)b);
            else result.Append(CultureInfo.InvariantCulture, $"%{b:X2}");
        }
        return result.ToString();
    }
}
