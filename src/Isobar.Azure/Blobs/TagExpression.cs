using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Storage;

namespace Isobar.Azure.Blobs;

/// <summary>A condition on tags: <c>"name" = 'value'</c>, with &gt;, &gt;=, &lt;, &lt;= and &lt;&gt;, joined by AND and OR; <c>@container = 'name'</c> where blobs are looked for.</summary>
internal sealed partial class TagExpression
{
    private const int Longest = 4096;
    private readonly List<List<(string Name, string Operator, string Value)>> _either = [[]];

    /// <summary>Reads an expression; <paramref name="field"/> names it in a refusal.</summary>
    public static TagExpression Parse(string text, string field)
    {
        if (text.Length > Longest) throw StorageFault.Query(field, text[..40] + "…", $"at most {Longest} characters");
        var (expression, at) = (new TagExpression(), 0);
        while (true)
        {
            var term = Term().Match(text, at);
            if (!term.Success || term.Index != at) throw StorageFault.Query(field, text, $"character {at + 1}: \"name\" = 'value' is expected");
            var name = term.Groups["quoted"].Success ? term.Groups["quoted"].Value : term.Groups["bare"].Value;
            expression._either[^1].Add((name, term.Groups["op"].Value, term.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal)));
            at = term.Index + term.Length;
            if (at == text.Length) return expression;
            var join = Join().Match(text, at);
            if (!join.Success || join.Index != at) throw StorageFault.Query(field, text, $"character {at + 1}: AND or OR is expected");
            // AND binds closer than OR.
            if (join.Groups[1].Value.Equals("OR", StringComparison.OrdinalIgnoreCase)) expression._either.Add([]);
            at = join.Index + join.Length;
        }
    }

    /// <summary>Whether it holds of a blob with these tags in a container.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> tags, string container) => _either.Exists(all => all.TrueForAll(term =>
    {
        var value = term.Name == "@container" ? container : tags.GetValueOrDefault(term.Name);
        if (value is null) return term.Operator == "<>";
        var order = string.CompareOrdinal(value, term.Value);
        return term.Operator switch { "=" => order == 0, "<>" => order != 0, ">" => order > 0, ">=" => order >= 0, "<" => order < 0, _ => order <= 0 };
    }));

    [GeneratedRegex("""\s*(?:"(?<quoted>[^"]+)"|(?<bare>@?[A-Za-z_][A-Za-z0-9_]*))\s*(?<op>=|<>|>=|<=|>|<)\s*'(?<value>(?:[^']|'')*)'\s*""")]
    private static partial Regex Term();

    [GeneratedRegex(@"(AND|OR)(?=[\s""@A-Za-z])", RegexOptions.IgnoreCase)]
    private static partial Regex Join();
}
