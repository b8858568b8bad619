using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Isobar.Azure.Blobs.Access;

/// <summary>The text that a request is signed by with an account's key.</summary>
internal static class SharedKey
{
    private static readonly string[] Signed = ["Content-Language", "Content-Encoding", "Content-Length", "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"];

    /// <summary>The two orders of names that clients sign in: letter by letter, and as words, where hyphens count last.</summary>
    public static IReadOnlyList<IComparer<string>> Orders { get; } =
    [
        StringComparer.Ordinal,
        Comparer<string>.Create((a, b) => string.CompareOrdinal(a.Replace("-", "", StringComparison.Ordinal), b.Replace("-", "", StringComparison.Ordinal)) is not 0 and var order ? order : string.CompareOrdinal(a, b)),
    ];

    /// <summary>The text: the method, the standard headers, Azure's own headers by name, the resource and the query by name.</summary>
    /// <param name="orders">How Azure's headers are ordered: clients differ where one name begins another.</param>
    public static string Text(HttpRequest request, string account, IComparer<string> orders)
    {
        var text = new StringBuilder(request.Method).Append('\n');
        foreach (var name in Signed) text.Append(name == "Content-Length" && request.ContentLength is not > 0 ? "" : request.Headers[name].ToString()).Append('\n');
        foreach (var (name, value) in request.Headers.Select(h => (Name: h.Key.ToLowerInvariant(), Value: h.Value.ToString())).Where(h => h.Name.StartsWith("x-ms-", StringComparison.Ordinal)).OrderBy(h => h.Name, orders)) text.Append(name).Append(':').Append(value.Trim()).Append('\n');
        var raw = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        text.Append('/').Append(account).Append(raw.Split('?')[0]);
        foreach (var group in request.Query.GroupBy(q => q.Key.ToLowerInvariant()).OrderBy(g => g.Key, StringComparer.Ordinal))
            text.Append('\n').Append(group.Key).Append(':').Append(string.Join(',', group.SelectMany(q => q.Value).Order(StringComparer.Ordinal)));
        return text.ToString();
    }
}
