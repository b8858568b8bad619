using System.Globalization;
using System.Text.RegularExpressions;

namespace Isobar.Google.VertexAi.Resources;

/// <summary>The <c>filter</c> of a listing: comparisons of fields with AND, OR, NOT and parentheses, such as <c>display_name="x" AND labels.team=blue</c>; beside values there are <c>starts_with("x")</c>, <c>ends_with</c>, <c>has_substring</c> and <c>one_of("a", "b")</c>.</summary>
internal sealed partial class ListFilter
{
    private const int MaxLength = 4096;
    private readonly List<string> _words;
    private int _at;

    private ListFilter(List<string> words) => _words = words;

    /// <summary>Reads a filter into a test of a row, which is given by its fields.</summary>
    public static Func<Func<string, string?>, bool> Parse(string filter)
    {
        if (string.IsNullOrWhiteSpace(filter)) return _ => true;
        if (filter.Length > MaxLength) throw Faults.Invalid("filter", null, $"at most {MaxLength} characters");
        var words = Word().Matches(filter);
        if (words.Sum(w => w.Length) != filter.Count(c => !char.IsWhiteSpace(c)) + words.Sum(w => w.Value.Count(char.IsWhiteSpace))) throw Bad(filter);
        var reader = new ListFilter([.. words.Select(w => w.Value)]);
        var test = reader.Or();
        return reader._at == reader._words.Count ? test : throw Bad(filter);
    }

    private Func<Func<string, string?>, bool> Or()
    {
        var left = And();
        while (Take("OR"))
        {
            var (a, b) = (left, And());
            left = row => a(row) || b(row);
        }
        return left;
    }

    private Func<Func<string, string?>, bool> And()
    {
        var left = One();
        // Two comparisons side by side mean both.
        while (Take("AND") || (_at < _words.Count && _words[_at] is not (")" or "OR")))
        {
            var (a, b) = (left, One());
            left = row => a(row) && b(row);
        }
        return left;
    }

    private Func<Func<string, string?>, bool> One()
    {
        // A minus stands close to what it negates.
        if (_at < _words.Count && _words[_at] is ['-', _, ..])
        {
            _words[_at] = _words[_at][1..];
            var denied = One();
            return row => !denied(row);
        }
        if (Take("NOT") || Take("-"))
        {
            var inner = One();
            return row => !inner(row);
        }
        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw Bad(")");
        }
        if (_at + 2 >= _words.Count) throw Bad(string.Join(' ', _words));
        var (path, sign, value) = (Path(_words[_at]), _words[_at + 1], Unquote(_words[_at + 2]));
        _at += 3;
        // in_context("…") asks a question of the row; a second name in it is another question.
        if (sign == "(" && Take(")")) return row => row($"{path}({value})") == "true";
        if (sign is "=" or "!=" && _at < _words.Count && _words[_at] == "(" && Matcher(value, out var arguments) is { } matches)
        {
            _at++;
            while (!Take(")")) arguments.Add(_at < _words.Count ? Unquote(_words[_at++].Trim(',')) : throw Bad(value));
            arguments.RemoveAll(a => a.Length == 0);
            return row => row(path) is { } actual && matches(actual) == (sign == "=");
        }
        if (sign is not ("=" or "!=" or ":" or "<" or "<=" or ">" or ">=")) throw Bad(sign);
        return row =>
        {
            var actual = row(path);
            // Numbers are compared as such; labels.key:* asks whether the label is there.
            if (sign == ":") return actual is not null && (value == "*" || actual.Contains(value, StringComparison.OrdinalIgnoreCase));
            var order = double.TryParse(actual, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var y) ? x.CompareTo(y) : string.CompareOrdinal(actual ?? "", value);
            return sign switch { "=" => order == 0, "!=" => order != 0, "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
        };
    }

    /// <summary>The functions that stand in the place of a value, over arguments that are still to be read; null for any other word.</summary>
    private static Func<string, bool>? Matcher(string name, out List<string> arguments)
    {
        List<string> given = arguments = [];
        return name switch
        {
            "starts_with" => text => given.Any(a => text.StartsWith(a, StringComparison.Ordinal)),
            "ends_with" => text => given.Any(a => text.EndsWith(a, StringComparison.Ordinal)),
            "has_substring" => text => given.Any(a => text.Contains(a, StringComparison.Ordinal)),
            "one_of" => given.Contains,
            _ => null,
        };
    }

    private bool Take(string word)
    {
        if (_at >= _words.Count || _words[_at] != word) return false;
        _at++;
        return true;
    }

    // A name with dots of its own is quoted within a path: labels."example.com/key".
    private static string Path(string word) => word[0] is '"' or '\'' ? Unquote(word) : word.Replace("\"", "", StringComparison.Ordinal);

    private static string Unquote(string word) => word is ['"', .., '"'] or ['\'', .., '\''] ? word[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : word;

    private static global::Grpc.Core.RpcException Bad(string text) => Faults.Invalid("filter", text, "comparisons such as display_name=\"x\" or labels.key=value, joined by AND, OR and NOT");

    [GeneratedRegex("""
        [^\s=<>:()!"']+\."[^"]*"(?:\.[^\s=<>:()!"']+)*|"(?:[^"\\]|\\.)*"|'[^']*'|<=|>=|!=|[=<>:()]|[^\s=<>:()!"']+
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Word();
}
