using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Isobar.Aws.CloudWatchLogs;

/// <summary>
/// CloudWatch's filter patterns: terms that must all occur, <c>?term</c> of which one must, <c>-term</c> that must not, quoted phrases,
/// <c>%regex%</c>, and for JSON lines <c>{ $.field = value }</c> with =, !=, &lt;, &gt;, &lt;=, &gt;=, joined by &amp;&amp; or ||.
/// </summary>
internal sealed partial class FilterPattern
{
    private readonly Func<string, bool> _matches;

    private FilterPattern(Func<string, bool> matches) => _matches = matches;

    public bool Matches(string message) => _matches(message);

    /// <summary>Null when the pattern is not understood.</summary>
    public static FilterPattern? Parse(string? pattern)
    {
        var text = pattern?.Trim() ?? "";
        if (text.Length == 0) return new FilterPattern(_ => true);
        if (text.StartsWith('{') && text.EndsWith('}')) return ParseJson(text[1..^1]);
        if (text.StartsWith('[')) return null;
        if (text.Length > 2 && text.StartsWith('%') && text.EndsWith('%'))
        {
            try
            {
                var regex = new Regex(text[1..^1], RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(250));
                return new FilterPattern(regex.IsMatch);
            }
            catch (ArgumentException) { return null; }
        }
        List<string> all = [], any = [], none = [];
        foreach (Match term in Terms().Matches(text))
        {
            var word = term.Groups["quoted"].Success ? term.Groups["quoted"].Value : term.Groups["word"].Value;
            (term.Groups["sign"].Value switch { "-" => none, "?" => any, _ => all }).Add(word);
        }
        return new FilterPattern(m => all.TrueForAll(m.Contains) && !none.Exists(m.Contains) && (any.Count == 0 || any.Exists(m.Contains)));
    }

    private static FilterPattern? ParseJson(string text)
    {
        var alternatives = new List<List<Func<JsonElement, bool>>>();
        foreach (var alternative in text.Split("||"))
        {
            var conditions = new List<Func<JsonElement, bool>>();
            foreach (var condition in alternative.Split("&&"))
            {
                if (Condition().Match(condition) is not { Success: true } match) return null;
                conditions.Add(Compile(match.Groups["path"].Value.Split('.'), match.Groups["op"].Value, match.Groups["value"].Value.Trim().Trim('"')));
            }
            alternatives.Add(conditions);
        }
        return new FilterPattern(message =>
        {
            try
            {
                using var json = JsonDocument.Parse(message);
                return alternatives.Exists(a => a.TrueForAll(c => c(json.RootElement)));
            }
            catch (JsonException) { return false; }
        });
    }

    private static Func<JsonElement, bool> Compile(string[] path, string op, string value) => root =>
    {
        var at = root;
        foreach (var name in path)
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return false;
        if (at.ValueKind == JsonValueKind.Number && double.TryParse(value, CultureInfo.InvariantCulture, out var number))
        {
            var order = at.GetDouble().CompareTo(number);
            return op switch { "=" => order == 0, "!=" => order != 0, "<" => order < 0, ">" => order > 0, "<=" => order <= 0, _ => order >= 0 };
        }
        var same = Wildcard(value).IsMatch(at.ValueKind == JsonValueKind.String ? at.GetString()! : at.GetRawText());
        return op == "=" ? same : op == "!=" && !same;
    };

    private static Regex Wildcard(string value) => new($"^{Regex.Escape(value).Replace("\\*", ".*")}$", RegexOptions.Singleline);

    [GeneratedRegex("""(?<sign>[-?]?)(?:"(?<quoted>[^"]*)"|(?<word>\S+))""")]
    private static partial Regex Terms();

    [GeneratedRegex("""^\s*\(?\s*\$\.(?<path>[\w.\-]+)\s*(?<op>=|!=|<=|>=|<|>)\s*(?<value>[^)]+?)\s*\)?\s*$""")]
    private static partial Regex Condition();
}
