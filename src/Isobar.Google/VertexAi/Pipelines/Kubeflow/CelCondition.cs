using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Engine.Pipelines;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>The conditions of trigger policies, a part of the Common Expression Language, as the engine's expressions: comparisons of a task's inputs and constants, joined by <c>&amp;&amp;</c>, <c>||</c> and <c>!</c>.</summary>
internal sealed partial class CelCondition
{
    private static readonly Dictionary<string, string> Comparisons = new() { ["=="] = "eq", ["<"] = "lt", ["<="] = "le", [">"] = "gt", [">="] = "ge" };
    private readonly List<string> _words;
    private readonly JsonObject _inputs;
    private readonly string _text;
    private int _at;

    private CelCondition(string text, JsonObject inputs)
    {
        (_text, _inputs) = (text, inputs);
        _words = [.. Word().Matches(text).Select(m => m.Value)];
    }

    /// <param name="text">Such as <c>inputs.parameter_values['x'] == 'heads'</c>.</param>
    /// <param name="inputs">The task's inputs as expressions: <c>parameters</c> and <c>artifacts</c>.</param>
    /// <exception cref="FormatException">It is not of this part of the language.</exception>
    public static JsonNode? Compile(string text, JsonObject inputs)
    {
        var reader = new CelCondition(text, inputs);
        var compiled = reader.Or();
        return reader._at == reader._words.Count ? compiled : throw reader.Bad();
    }

    private JsonNode? Or()
    {
        var left = And();
        while (Take("||")) left = Expressions.Op("or", left, And());
        return left;
    }

    private JsonNode? And()
    {
        var left = Not();
        while (Take("&&")) left = Expressions.Op("and", left, Not());
        return left;
    }

    private JsonNode? Not() => Take("!") ? Expressions.Op("not", Not()) : Comparison();

    private JsonNode? Comparison()
    {
        var left = Value();
        if (Take("!=")) return Expressions.Op("not", Expressions.Op("eq", left, Value()));
        if (Take("in")) return Expressions.Op("in", left, Value());
        return _at < _words.Count && Comparisons.TryGetValue(_words[_at], out var op) && ++_at > 0 ? Expressions.Op(op, left, Value()) : left;
    }

    private JsonNode? Value()
    {
        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw Bad();
        }
        if (Take("["))
        {
            var list = new JsonArray();
            while (!Take("]"))
            {
                list.Add(Value());
                if (!Take(",") && Peek != "]") throw Bad();
            }
            return list;
        }
        var word = Next();
        if (word is ['\'', ..] or ['"', ..]) return Unquoted(word);
        if (word is "true" or "false") return word == "true";
        if (word == "null") return null;
        if (double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        if (word == "-" && double.TryParse(Next(), NumberStyles.Float, CultureInfo.InvariantCulture, out number)) return -number;
        // The engine compares numbers as numbers however they are written: conversions say nothing more.
        if (word is "int" or "double" or "string" or "bool" && Take("("))
        {
            var converted = Or();
            return Take(")") ? converted : throw Bad();
        }
        return word == "inputs" && Take(".") ? Input() : throw Bad();
    }

    // inputs.parameter_values['x'], inputs.parameters['x'].string_value, inputs.artifacts['a'][0].metadata['m'].
    private JsonNode? Input()
    {
        var kind = Next();
        var section = kind is "parameter_values" or "parameters" ? "parameters" : kind == "artifacts" ? kind : throw Bad();
        var name = Index();
        if (_inputs[section] is not JsonObject given || !given.TryGetPropertyValue(name, out var value)) throw new FormatException($"the condition {_text} names the input '{name}', which the task does not have");
        value = value?.DeepClone();
        while (true)
        {
            if (Peek == "[") value = Expressions.Member(value, Index());
            else if (Take("."))
            {
                var member = Next();
                if (member is "string_value" or "int_value" or "double_value" or "number_value" or "bool_value") continue;
                value = Expressions.Member(value, member is "properties" or "custom_properties" ? "metadata" : member);
            }
            else return value;
        }
    }

    private string Index()
    {
        if (!Take("[")) throw Bad();
        var word = Next();
        return Take("]") ? word is ['\'', ..] or ['"', ..] ? Unquoted(word) : word : throw Bad();
    }

    private string? Peek => _at < _words.Count ? _words[_at] : null;

    private string Next() => _at < _words.Count ? _words[_at++] : throw Bad();

    private bool Take(string word)
    {
        if (Peek != word) return false;
        _at++;
        return true;
    }

    private static string Unquoted(string word) => Escape().Replace(word[1..^1], m => m.Groups[1].Value switch { "n" => "\n", "t" => "\t", var other => other });

    private FormatException Bad() => new($"the condition {_text} is not understood{(Peek is { } word ? $" at '{word}'" : "")}: comparisons of inputs.parameter_values['NAME'] and constants, joined by && || ! and parentheses, are");

    [GeneratedRegex("""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|&&|\|\||==|!=|<=|>=|[A-Za-z_][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|\S""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
