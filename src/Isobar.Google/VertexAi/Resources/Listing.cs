using System.Globalization;
using System.Text;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>Pages of a listing: newest first, or by what <c>order_by</c> names.</summary>
internal static class Listing
{
    private const int DefaultPage = 100, MaxPage = 1000;

    /// <summary>Filters, orders and cuts.</summary>
    /// <param name="field">The value of a field by its path, as text; null for a field that is no field.</param>
    public static (IReadOnlyList<Stored<T>> Page, string Next) Cut<T>(IEnumerable<Stored<T>> all, string filter, string orderBy, int pageSize, string pageToken, Func<Stored<T>, string, string?> field)
    {
        if (pageSize < 0) throw Faults.Invalid("page_size", pageSize.ToString(CultureInfo.InvariantCulture), "0 or more");
        var wanted = ListFilter.Parse(filter);
        var sorted = Order(all.Where(r => wanted(path => field(r, path))), orderBy, field);
        var skip = Offset(pageToken, filter, orderBy, sorted);
        var take = pageSize == 0 ? DefaultPage : Math.Min(pageSize, MaxPage);
        List<Stored<T>> page = [.. sorted.Skip(skip).Take(take)];
        return (page, skip + page.Count < sorted.Count ? Encode($"{Ticks(page[^1])}\n{page[^1].Name}\n{filter}\n{orderBy}") : "");
    }

    private static List<Stored<T>> Order<T>(IEnumerable<Stored<T>> rows, string orderBy, Func<Stored<T>, string, string?> field)
    {
        if (orderBy.Length == 0) return [.. rows.OrderByDescending(r => r.Created).ThenBy(r => r.Name, StringComparer.Ordinal)];
        IOrderedEnumerable<Stored<T>>? sorted = null;
        foreach (var key in orderBy.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var words = key.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 2 || (words.Length == 2 && words[1] is not ("desc" or "asc"))) throw Faults.Invalid("order_by", orderBy, "fields with 'desc' behind them, separated by commas");
            string Of(Stored<T> row) => words[0] is "create_time" or "createTime" ? Ticks(row) : field(row, words[0]) ?? throw Faults.Invalid("order_by", words[0], "display_name, create_time or update_time");
            var descending = words is [_, "desc"];
            sorted = sorted is null
                ? descending ? rows.OrderByDescending(Of, StringComparer.Ordinal) : rows.OrderBy(Of, StringComparer.Ordinal)
                : descending ? sorted.ThenByDescending(Of, StringComparer.Ordinal) : sorted.ThenBy(Of, StringComparer.Ordinal);
        }
        return sorted is null ? [.. rows] : [.. sorted.ThenBy(r => r.Name, StringComparer.Ordinal)];
    }

    // The token names the last row seen; where that is gone by now, the first one that is older than it was.
    private static int Offset<T>(string token, string filter, string orderBy, List<Stored<T>> sorted)
    {
        if (token.Length == 0) return 0;
        if (Decode(token)?.Split('\n') is not [var ticks, var name, var oldFilter, var oldOrder] || oldFilter != filter || oldOrder != orderBy)
            throw Faults.Invalid("page_token", token, "the token of the page before, with the same filter and order");
        var found = sorted.FindIndex(r => r.Name == name);
        if (found >= 0) return found + 1;
        found = sorted.FindIndex(r => string.CompareOrdinal(Ticks(r), ticks) < 0);
        return found < 0 ? sorted.Count : found;
    }

    private static string Ticks<T>(Stored<T> row) => row.Created.UtcTicks.ToString("d19", CultureInfo.InvariantCulture);

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string? Decode(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
