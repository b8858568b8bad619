using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Isobar.Aws.Protocols;

/// <summary>A page of a list and the token of the next one; null at the end.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextToken);

/// <summary>What a list is sorted by. Exactly one of the two is set.</summary>
internal readonly record struct SortKey(DateTimeOffset? Time, string? Text)
{
    public static implicit operator SortKey(DateTimeOffset time) => new(time, null);
    public static implicit operator SortKey(string text) => new(null, text);

    // Ticks in fixed width sort as text, so that one comparison and one token form do for both.
    public string Ordinal => Time is { } time ? time.UtcTicks.ToString("D20", CultureInfo.InvariantCulture) : Text ?? "";
}

/// <summary>
/// Pages through lists that change meanwhile: a token holds the place of the last item given, not a count,
/// so that nothing is repeated or left out when something is created or deleted between two pages.
/// </summary>
internal static class Paging
{
    public static AwsResult<Page<T>> Cut<T>(IEnumerable<T> items, Func<T, SortKey> key, Func<T, string> name, bool descending, int? maxResults, string? nextToken, int defaultSize = 10)
    {
        (string Key, string Name)? after = null;
        if (!string.IsNullOrEmpty(nextToken))
        {
            if (!TryDecode(nextToken, out var place)) return AwsError.Validation("Invalid pagination token.");
            after = place;
        }
        var sorted = items.Select(i => (Item: i, Key: key(i).Ordinal, Name: name(i)));
        sorted = descending
            ? sorted.OrderByDescending(i => i.Key, StringComparer.Ordinal).ThenByDescending(i => i.Name, StringComparer.Ordinal)
            : sorted.OrderBy(i => i.Key, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal);
        var size = maxResults ?? defaultSize;
        var page = sorted.SkipWhile(i => after is { } last && !IsPast((i.Key, i.Name), last, descending)).Take(size + 1).ToList();
        if (page.Count <= size) return new Page<T>([.. page.Select(i => i.Item)], null);
        var end = page[size - 1];
        return new Page<T>([.. page.Take(size).Select(i => i.Item)], Encode(end.Key, end.Name));
    }

    private static bool IsPast((string Key, string Name) item, (string Key, string Name) last, bool descending)
    {
        var order = string.CompareOrdinal(item.Key, last.Key);
        if (order == 0) order = string.CompareOrdinal(item.Name, last.Name);
        return descending ? order < 0 : order > 0;
    }

    private static string Encode(string key, string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"v1\n{key}\n{name}"));

    private static bool TryDecode(string token, [NotNullWhen(true)] out (string, string)? place)
    {
        var bytes = new byte[token.Length];
        var parts = Convert.TryFromBase64String(token, bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count).Split('\n', 3) : [];
        place = parts is ["v1", var key, var name] ? (key, name) : null;
        return place is not null;
    }
}
