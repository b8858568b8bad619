using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>Pages of a listing: <c>value</c> and <c>nextLink</c>.</summary>
internal static class ArmPaging
{
    private const int Most = 100;

    /// <summary>The page that the caller asks for: $top (or count) rows, from $skip on, which is a token of ours or a number.</summary>
    public static async Task<ArmReply> PageAsync<T>(this ArmCall call, IReadOnlyList<T> all, Func<IReadOnlyList<T>, Task<JsonArray>> show)
    {
        var limit = Math.Min(Most, Number(call, "$top") ?? Number(call, "count") ?? Most);
        if (limit < 1) throw ArmFault.Invalid("$top", call.Query("$top") ?? call.Query("count"), "a number from 1");
        var start = Skip(call);
        IReadOnlyList<T> rows = [.. all.Skip(start).Take(limit)];
        var body = new JsonObject { ["value"] = await show(rows).ConfigureAwait(false) };
        if (start + rows.Count < all.Count) body["nextLink"] = Next(call, start + rows.Count);
        return ArmReply.Ok(body);
    }

    private static string Next(ArmCall call, int at)
    {
        var query = new QueryBuilder(call.Http.Request.Query.Where(q => !q.Key.Equals("$skip", StringComparison.OrdinalIgnoreCase)).SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, v ?? "")))
        {
            { "$skip", Convert.ToBase64String(Encoding.ASCII.GetBytes(at.ToString(CultureInfo.InvariantCulture))) },
        };
        return call.Origin + call.Http.Request.Path.ToUriComponent() + query.ToQueryString();
    }

    private static int Skip(ArmCall call)
    {
        if (call.Query("$skip") is not { } token) return 0;
        if (int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var plain)) return plain;
        Span<byte> text = stackalloc byte[32];
        if (Convert.TryFromBase64String(token, text, out var length) && int.TryParse(text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var at)) return at;
        throw ArmFault.Invalid("$skip", token, "the token of a nextLink");
    }

    private static int? Number(ArmCall call, string name)
    {
        if (call.Query(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw ArmFault.Invalid(name, text, "a number from 1");
    }
}
