using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Engine.Pipelines;

/// <summary>
/// Expressions within arguments: an object with one of these members alone.
/// <c>{"$ref": ["steps", "train", "a", "b"]}</c> a value, by names (in a list also by number, or by the name of an element), <c>["status", "train", "state"]</c> how a step stands;
/// <c>*</c> goes through all elements of a list and drops what has no value. <c>{"$first": […]}</c> the first that has a value, else null;
/// <c>{"$flat": [[…], […]]}</c> one list of several; <c>{"$member": {"of": …, "name": "a"}}</c> a member of a value; <c>{"$json": …}</c> what a text says as JSON; <c>{"$join": {"with": "/", "values": […]}}</c> a text; <c>{"$op": {"is": "and|or|not|eq|gt|ge|lt|le|in", "of": […]}}</c> a truth.
/// </summary>
public static class Expressions
{
    /// <summary>A reference to a value.</summary>
    public static JsonObject Ref(params string[] path) => new() { ["$ref"] = new JsonArray([.. path.Select(p => (JsonNode)p)]) };

    /// <summary>Texts, one after the other.</summary>
    public static JsonObject Join(string with, IEnumerable<JsonNode?> values) => new() { ["$join"] = new JsonObject { ["with"] = with, ["values"] = new JsonArray([.. values]) } };

    /// <summary>The first that has a value, else null.</summary>
    public static JsonObject First(params JsonNode?[] of) => new() { ["$first"] = new JsonArray(of) };

    /// <summary>The elements of a list's lists, one after the other; what is null goes.</summary>
    public static JsonObject Flat(JsonNode? of) => new() { ["$flat"] = of };

    /// <summary>What a text says as JSON; what is no text stays as it is.</summary>
    public static JsonObject Json(JsonNode? of) => new() { ["$json"] = of };

    /// <summary>A member of a value.</summary>
    public static JsonObject Member(JsonNode? of, string name) => new() { ["$member"] = new JsonObject { ["of"] = of, ["name"] = name } };

    /// <summary>A truth.</summary>
    public static JsonObject Op(string op, params JsonNode?[] of) => new() { ["$op"] = new JsonObject { ["is"] = op, ["of"] = new JsonArray(of) } };

    /// <summary>Every reference inside.</summary>
    public static IEnumerable<IReadOnlyList<string>> References(JsonNode? node) => node switch
    {
        JsonObject { Count: 1 } o when o["$ref"] is JsonArray path => [[.. path.Select(p => p!.GetValue<string>())]],
        JsonObject o => o.SelectMany(p => References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    /// <summary>Puts values in the places of expressions.</summary>
    public static Result<JsonNode?> Resolve(JsonNode? node, JsonObject scope)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } o when o["$ref"] is JsonArray path:
                return Find(scope, [.. path.Select(p => p!.GetValue<string>())]);
            case JsonObject { Count: 1 } o when o["$join"] is JsonObject join:
                if (!Resolve(join["values"], scope).TryGet(out var values, out var error)) return error;
                return Result<JsonNode?>.Ok(string.Join(join["with"]!.GetValue<string>(), ((JsonArray)values!).Select(Text)));
            case JsonObject { Count: 1 } o when o["$op"] is JsonObject op:
                if (!Resolve(op["of"], scope).TryGet(out var of, out error)) return error;
                return Result<JsonNode?>.Ok(Truth(op["is"]!.GetValue<string>(), (JsonArray)of!));
            case JsonObject { Count: 1 } o when o["$first"] is JsonArray choices:
                foreach (var choice in choices)
                    if (Resolve(choice, scope).TryGet(out var chosen, out _) && chosen is not null) return chosen;
                return Result<JsonNode?>.Ok(null);
            case JsonObject { Count: 1 } o when o.ContainsKey("$flat"):
                if (!Resolve(o["$flat"], scope).TryGet(out var lists, out error)) return error;
                return new JsonArray([.. (lists as JsonArray ?? []).SelectMany(l => l as JsonArray ?? new JsonArray(l?.DeepClone())).Where(e => e is not null).Select(e => e!.DeepClone())]);
            case JsonObject { Count: 1 } o when o.ContainsKey("$json"):
                return Resolve(o["$json"], scope).TryGet(out var text, out error) ? Parse(text) : error;
            case JsonObject { Count: 1 } o when o["$member"] is JsonObject member:
                if (!Resolve(member["of"], scope).TryGet(out var whole, out error)) return error;
                return whole is JsonObject or JsonArray ? Find(new JsonObject { ["value"] = whole }, ["value", member["name"]!.GetValue<string>()]) : new Error(ErrorCode.NotFound, $"'{Text(whole)}' has no '{member["name"]}'.");
            case JsonObject o:
                var made = new JsonObject();
                foreach (var (name, inner) in o)
                {
                    if (!Resolve(inner, scope).TryGet(out var value, out error)) return error;
                    made[name] = value;
                }
                return made;
            case JsonArray a:
                var list = new JsonArray();
                foreach (var inner in a)
                {
                    if (!Resolve(inner, scope).TryGet(out var value, out error)) return error;
                    list.Add(value);
                }
                return list;
            default:
                return Result<JsonNode?>.Ok(node?.DeepClone());
        }
    }

    /// <summary>A value as text: texts without quotes, numbers and truths as JSON writes them.</summary>
    public static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => node.ToJsonString(),
    };

    private static Result<JsonNode?> Parse(JsonNode? node)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text)) return Result<JsonNode?>.Ok(node);
        try { return Result<JsonNode?>.Ok(JsonNode.Parse(text)); }
        catch (JsonException) { return new Error(ErrorCode.InvalidArgument, $"'{(text.Length > 100 ? text[..100] + "…" : text)}' is no JSON."); }
    }

    private static Result<JsonNode?> Find(JsonNode scope, IReadOnlyList<string> path)
    {
        JsonNode? at = scope;
        for (var i = 0; i < path.Count; i++)
        {
            if (at is JsonArray all && path[i] == "*")
                return new JsonArray([.. all.Select(e => e is not null && Find(e, [.. path.Skip(i + 1)]).TryGet(out var each, out _) ? each : null).Where(e => e is not null)]);
            var next = at switch
            {
                JsonObject o when o.TryGetPropertyValue(path[i], out var member) => member,
                JsonArray a when int.TryParse(path[i], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < a.Count => a[index],
                JsonArray a => a.FirstOrDefault(e => e is JsonObject o && o.Any(p => p.Key.EndsWith("Name", StringComparison.Ordinal) && Text(p.Value) == path[i])),
                _ => null,
            };
            // A null that is there is a value; what is not there is none.
            if (next is null && at is JsonObject has && has.ContainsKey(path[i]) && i == path.Count - 1) return Result<JsonNode?>.Ok(null);
            if (next is null) return new Error(ErrorCode.NotFound, $"'{string.Join('.', path)}' has no value: there is no '{path[i]}'{(i == 0 ? "" : $" in '{string.Join('.', path.Take(i))}'")}.");
            at = next;
        }
        return Result<JsonNode?>.Ok(at?.DeepClone());
    }

    private static bool Truth(string op, JsonArray of) => op switch
    {
        "and" => of.All(IsTrue),
        "or" => of.Any(IsTrue),
        "not" => !IsTrue(of[0]),
        "in" => ((JsonArray)of[1]!).Any(e => Compare(of[0], e) == 0),
        "eq" => Compare(of[0], of[1]) == 0,
        "gt" => Compare(of[0], of[1]) > 0,
        "ge" => Compare(of[0], of[1]) >= 0,
        "lt" => Compare(of[0], of[1]) < 0,
        _ => Compare(of[0], of[1]) <= 0,
    };

    private static bool IsTrue(JsonNode? node) => Text(node) is "true" or "True";

    // Numbers as numbers wherever both are, also as text: what one step wrote into a file another compares with a parameter.
    private static int Compare(JsonNode? a, JsonNode? b)
    {
        string first = Text(a), second = Text(b);
        return double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && double.TryParse(second, NumberStyles.Float, CultureInfo.InvariantCulture, out var y)
            ? x.CompareTo(y)
            : string.CompareOrdinal(first, second);
    }
}
