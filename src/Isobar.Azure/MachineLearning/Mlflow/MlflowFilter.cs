using System.Globalization;
using System.Text.RegularExpressions;

namespace Isobar.Azure.MachineLearning.Mlflow;

/// <summary>A comparison of a filter, such as <c>metrics.acc &gt; 0.9</c>.</summary>
/// <param name="Entity">In the singular: metric, param, tag or attribute.</param>
internal sealed record FilterClause(string Entity, string Key, string Operator, IReadOnlyList<string> Values);

/// <summary>MLflow's filters: comparisons that all must hold, joined by <c>and</c>; and its orders.</summary>
internal static partial class MlflowFilter
{
    private static readonly Dictionary<string, string> Entities = new(StringComparer.OrdinalIgnoreCase)
    {
        ["metric"] = "metric", ["metrics"] = "metric", ["param"] = "param", ["params"] = "param", ["parameter"] = "param", ["parameters"] = "param",
        ["tag"] = "tag", ["tags"] = "tag", ["attribute"] = "attribute", ["attributes"] = "attribute", ["attr"] = "attribute", ["run"] = "attribute",
    };

    /// <param name="attributes">The attributes that there are to compare.</param>
    public static IReadOnlyList<FilterClause> Parse(string? filter, IReadOnlyCollection<string> attributes)
    {
        if (string.IsNullOrWhiteSpace(filter)) return [];
        var clauses = new List<FilterClause>();
        for (var at = 0; ;)
        {
            var match = Comparison().Match(filter, at);
            if (!match.Success) throw MlflowFault.Invalid("filter", filter, $"at character {at + 1}: write ENTITY.KEY OPERATOR VALUE, such as metrics.rmse < 1, joined by and");
            clauses.Add(Read(match, filter, attributes));
            at += match.Length;
            if (at == filter.Length) return clauses;
            if (And().Match(filter, at) is not { Success: true } and) throw MlflowFault.Invalid("filter", filter, $"at character {at + 1}: comparisons are joined by and");
            at += and.Length;
        }
    }

    /// <summary>Whether all clauses hold; <paramref name="value"/> gives a string, a double, or null for what is not there.</summary>
    public static bool Holds(IReadOnlyList<FilterClause> clauses, Func<string, string, object?> value) => clauses.All(c => Holds(c, value(c.Entity, c.Key)));

    /// <summary>Sorts by expressions such as <c>metrics.rmse DESC</c>; what has no value comes last.</summary>
    public static IReadOnlyList<T> Sort<T>(IEnumerable<T> rows, IReadOnlyList<string> orders, IReadOnlyCollection<string> attributes, Func<T, string, string, object?> value, Func<T, object?> otherwise, bool otherwiseDescending)
    {
        IOrderedEnumerable<T> sorted = rows.OrderBy(_ => 0);
        foreach (var order in orders)
        {
            var match = Order().Match(order);
            if (!match.Success) throw MlflowFault.Invalid("order_by", order, "must be a key, then ASC or DESC");
            var (entity, key) = Key(match, "order_by", order, attributes);
            var descending = match.Groups["way"].Value.Equals("desc", StringComparison.OrdinalIgnoreCase);
            sorted = sorted.ThenBy(r => value(r, entity, key) is null);
            sorted = descending ? sorted.ThenByDescending(r => value(r, entity, key), Values) : sorted.ThenBy(r => value(r, entity, key), Values);
        }
        return [.. otherwiseDescending ? sorted.ThenByDescending(otherwise, Values) : sorted.ThenBy(otherwise, Values)];
    }

    private static Comparer<object?> Values { get; } = Comparer<object?>.Create((a, b) => (a, b) switch
    {
        (double x, double y) => x.CompareTo(y),
        (null, null) => 0,
        (null, _) => 1,
        (_, null) => -1,
        _ => string.CompareOrdinal(a.ToString(), b.ToString()),
    });

    private static FilterClause Read(Match match, string filter, IReadOnlyCollection<string> attributes)
    {
        var (entity, key) = Key(match, "filter", filter, attributes);
        var op = Space().Replace(match.Groups["op"].Value.ToUpperInvariant(), " ");
        var values = match.Groups["list"].Success ? [.. Item().Matches(match.Groups["list"].Value).Select(m => Unquote(m.Value))]
            : match.Groups["value"].Success ? (IReadOnlyList<string>)[Unquote(match.Groups["value"].Value)] : [];
        if (entity == "metric" && !double.TryParse(values.FirstOrDefault(), NumberStyles.Float, CultureInfo.InvariantCulture, out _)) throw MlflowFault.Invalid("filter", filter, $"the metric '{key}' is compared with a number");
        return new FilterClause(entity, key, op == "==" ? "=" : op, values);
    }

    private static (string Entity, string Key) Key(Match match, string field, string text, IReadOnlyCollection<string> attributes)
    {
        var prefix = match.Groups["entity"].Value;
        var entity = prefix.Length == 0 ? "attribute" : Entities.GetValueOrDefault(prefix) ?? throw MlflowFault.Invalid(field, text, $"'{prefix}' is none of metrics, params, tags, attributes");
        var key = Unquote(match.Groups["key"].Value);
        if (entity != "attribute") return (entity, key);
        // Names that clients have used over the years.
        key = key switch { "Created" or "created" => "start_time", "run name" or "Run name" or "Run Name" => "run_name", "User" => "user_id", _ => key };
        return attributes.Contains(key) ? (entity, key) : throw MlflowFault.Invalid(field, text, $"'{key}' is none of the attributes {string.Join(", ", attributes)}");
    }

    private static bool Holds(FilterClause clause, object? value)
    {
        switch (clause.Operator)
        {
            case "IS NULL": return value is null;
            case "IS NOT NULL": return value is not null;
            case "IN": return value is not null && clause.Values.Contains(Plain(value));
            case "NOT IN": return value is not null && !clause.Values.Contains(Plain(value));
        }
        if (value is null) return false;
        if (clause.Operator is "LIKE" or "ILIKE") return Like(clause.Values[0], clause.Operator == "ILIKE").IsMatch(Plain(value));
        if (value is double number && double.TryParse(clause.Values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var other))
            return Compare(clause.Operator, number, other, double.IsNaN(number) || double.IsNaN(other) ? null : number.CompareTo(other));
        return Compare(clause.Operator, 0, 0, string.CompareOrdinal(Plain(value), clause.Values[0]));

        static bool Compare(string op, double a, double b, int? order) => op switch
        {
            "=" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static string Plain(object value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : value.ToString()!;

    private static Regex Like(string pattern, bool ignoreCase) =>
        new("^" + Regex.Escape(pattern).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal) + "$", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | (ignoreCase ? RegexOptions.IgnoreCase : 0));

    private static string Unquote(string text) => text.Length > 1 && text[0] is '\'' or '"' or '`' ? text[1..^1] : text;

    private const string KeyPattern = """\s*((?<entity>[A-Za-z]+)\s*\.\s*)?(?<key>"[^"]+"|`[^`]+`|[\w.\-/]+)\s*""";

    [GeneratedRegex(@"\G" + KeyPattern + """((?<op>is\s+not\s+null|is\s+null)|(?<op>not\s+in|in)\s*\((?<list>[^)]*)\)|(?<op>==|=|!=|<=|>=|<|>|i?like\b)\s*(?<value>'[^']*'|"[^"]*"|[^\s'"]+))\s*""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();

    [GeneratedRegex("^" + KeyPattern + @"(?<way>asc|desc)?\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Order();

    [GeneratedRegex(@"\Gand\b", RegexOptions.IgnoreCase)]
    private static partial Regex And();

    [GeneratedRegex("""'[^']*'|"[^"]*"|[^\s,'"]+""")]
    private static partial Regex Item();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
