using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>Expressions of pipeline definitions as the engine's.</summary>
internal static partial class DefinitionExpressions
{
    public static JsonNode? Compile(JsonNode? node, List<string> faults)
    {
        switch (node)
        {
            case JsonObject { Count: 1 } o when o["Get"] is JsonValue get && get.TryGetValue<string>(out var path):
                return Reference(path, faults);
            case JsonObject { Count: 1 } o when o["Std:Join"] is JsonObject join:
                if (join["Values"] is JsonArray values) return Expressions.Join(Expressions.Text(join["On"]), values.Select(v => Compile(v, faults)));
                faults.Add($"Std:Join needs the list Values: {o.ToJsonString()}.");
                return null;
            case JsonObject { Count: 1 } o when o["Std:JsonGet"] is JsonObject file:
                if (file["PropertyFile"] is JsonObject { Count: 1 } source && source["Get"] is JsonValue from && file["Path"] is JsonValue inside)
                    return Reference($"{Expressions.Text(from)}.{Expressions.Text(inside)}", faults);
                faults.Add($"Std:JsonGet needs PropertyFile ({{\"Get\": \"Steps.NAME.PropertyFiles.FILE\"}}) and Path: {o.ToJsonString()}.");
                return null;
            case JsonObject o:
                return new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Compile(p.Value, faults))));
            case JsonArray a:
                return new JsonArray([.. a.Select(e => Compile(e, faults))]);
            default:
                return node?.DeepClone();
        }
    }

    /// <summary>Conditions, all of which must hold.</summary>
    public static JsonNode All(JsonNode? conditions, List<string> faults) => Expressions.Op("and", [.. List(conditions).Select(c => Condition(c, faults))]);

    private static JsonNode? Condition(JsonNode? node, List<string> faults)
    {
        if (node is not JsonObject condition)
        {
            faults.Add("A condition is an object with a Type.");
            return null;
        }
        JsonNode? Value(string name) => Compile(condition[name], faults);
        var type = Expressions.Text(condition["Type"]);
        switch (type)
        {
            case "Not": return Expressions.Op("not", Condition(condition["Expression"], faults));
            case "Or": return Expressions.Op("or", [.. List(condition["Conditions"]).Select(c => Condition(c, faults))]);
            case "In": return Expressions.Op("in", Value("QueryValue"), Value("Values") ?? new JsonArray());
        }
        var op = type switch { "Equals" => "eq", "GreaterThan" => "gt", "GreaterThanOrEqualTo" => "ge", "LessThan" => "lt", "LessThanOrEqualTo" => "le", _ => null };
        if (op is not null) return Expressions.Op(op, Value("LeftValue"), Value("RightValue"));
        faults.Add($"The condition type '{type}' is not one of Equals, GreaterThan, GreaterThanOrEqualTo, LessThan, LessThanOrEqualTo, In, Not, Or.");
        return null;
    }

    private static IEnumerable<JsonNode?> List(JsonNode? node) => node as JsonArray ?? [];

    private static JsonObject? Reference(string path, List<string> faults)
    {
        var parts = Segment().Matches(path).Select(m => m.Groups["name"].Success ? m.Groups["name"].Value : m.Groups["index"].Value).ToArray();
        var root = parts.Length == 0 ? "" : parts[0];
        if (root is "Steps" && parts.Length > 2 || root is "Parameters" or "Execution" && parts.Length == 2) return Expressions.Ref([root.ToLowerInvariant(), .. parts[1..]]);
        faults.Add($"'{path}' is not Parameters.NAME, Execution.NAME or Steps.NAME.PROPERTY.");
        return null;
    }

    // a.b, a['b'], a["b"] and a[0].
    [GeneratedRegex("""(?<name>[^.\[\]'"]+)(?=$|[.\[])|\[(?:'(?<name>[^']*)'|"(?<name>[^"]*)"|(?<index>\d+))\]""")]
    private static partial Regex Segment();
}
