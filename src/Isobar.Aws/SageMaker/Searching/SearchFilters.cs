using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.Searching;

/// <summary>Search expressions over a resource's document: filters by dotted path, nested filters over lists, joined by And or Or.</summary>
internal static class SearchFilters
{
    public static bool Fits(JsonObject document, SearchExpression? expression)
    {
        if (expression is null) return true;
        var parts = (expression.Filters ?? []).Select(f => Fits(document, f))
            .Concat((expression.NestedFilters ?? []).Select(n => FitsNested(document, n)))
            .Concat((expression.SubExpressions ?? []).Select(s => Fits(document, s)));
        return expression.Operator == "Or" ? parts.Any(p => p) : parts.All(p => p);
    }

    /// <summary>A value's place in the sort order: numbers by size, texts by their characters.</summary>
    public static string SortText(JsonNode? value)
    {
        if (value is null) return "";
        if (Number(value) is not { } number) return value.ToString();
        var bits = BitConverter.DoubleToInt64Bits(number);
        return (bits < 0 ? ~(ulong)bits : (ulong)bits | 1UL << 63).ToString("X16", CultureInfo.InvariantCulture);
    }

    /// <summary>The value at a dotted path. Tags are a list of pairs, but are asked for as if they were members.</summary>
    public static JsonNode? At(JsonNode? node, string path)
    {
        var names = path.Split('.');
        for (var i = 0; i < names.Length && node is not null; i++)
        {
            if (node is JsonArray pairs)
            {
                var key = string.Join('.', names[i..]);
                return pairs.FirstOrDefault(p => (string?)p?["Key"] == key || (string?)p?["MetricName"] == key) is { } pair ? pair["Value"] : null;
            }
            node = (node as JsonObject)?[names[i]];
        }
        return node;
    }

    /// <summary>One entry of the list must fit all the filters, whose names start with the list's.</summary>
    private static bool FitsNested(JsonObject document, NestedFilters nested) =>
        At(document, nested.NestedPropertyName!) is JsonArray entries
        && entries.OfType<JsonObject>().Any(e => nested.Filters!.All(f => Fits(e, f with { Name = f.Name!.StartsWith(nested.NestedPropertyName + ".", StringComparison.Ordinal) ? f.Name[(nested.NestedPropertyName!.Length + 1)..] : f.Name })));

    private static bool Fits(JsonObject document, Filter filter)
    {
        var value = At(document, filter.Name!);
        var wanted = filter.Value ?? "";
        return (filter.Operator ?? "Equals") switch
        {
            "Exists" => value is not null,
            "NotExists" => value is null,
            "Equals" => value is not null && Compare(value, wanted) == 0,
            "NotEquals" => value is null || Compare(value, wanted) != 0,
            "Contains" => value?.ToString().Contains(wanted, StringComparison.OrdinalIgnoreCase) == true,
            "In" => value is not null && wanted.Split(',').Any(w => Compare(value, w.Trim()) == 0),
            "GreaterThan" => value is not null && Compare(value, wanted) > 0,
            "GreaterThanOrEqualTo" => value is not null && Compare(value, wanted) >= 0,
            "LessThan" => value is not null && Compare(value, wanted) < 0,
            _ => value is not null && Compare(value, wanted) <= 0,
        };
    }

    /// <summary>Numbers and times by size, all else by characters. Times are asked for in ISO 8601 and stored in seconds.</summary>
    private static int Compare(JsonNode value, string wanted)
    {
        if (Number(value) is { } number)
        {
            if (double.TryParse(wanted, CultureInfo.InvariantCulture, out var other)) return number.CompareTo(other);
            if (DateTimeOffset.TryParse(wanted, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return number.CompareTo(time.ToUnixTimeMilliseconds() / 1000.0);
        }
        return string.CompareOrdinal(value.ToString(), wanted);
    }

    private static double? Number(JsonNode value) => double.TryParse(value.ToString(), CultureInfo.InvariantCulture, out var number) ? number : null;
}
