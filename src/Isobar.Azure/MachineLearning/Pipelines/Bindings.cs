using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>
/// The bindings of a pipeline as the engine's expressions: <c>${{parent.inputs.x}}</c>, <c>${{parent.jobs.a.outputs.b}}</c>. What they stand for is an
/// input as jobs have it: <c>{"jobInputType": …, "uri": …}</c>, or a literal with its value.
/// </summary>
internal sealed partial class Bindings(IReadOnlyCollection<string> nodes, IReadOnlyDictionary<string, (string Step, string? Loop)> moved)
{
    public static bool IsBinding(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && Binding().IsMatch(text);

    /// <summary>The node that <c>${{parent.jobs.a}}</c> names, or a bare name.</summary>
    public string Node(JsonNode? node, string field)
    {
        var text = Expressions.Text(node);
        var name = Block().Match(text) is { Success: true } match ? match.Groups["node"].Value : text;
        return nodes.Contains(name) ? name : throw ArmFault.Invalid(field, text, $"must be ${{{{parent.jobs.NAME}}}}; there are {string.Join(", ", nodes)}");
    }

    /// <summary>An input of a node, in whichever spelling, and the steps that it comes from.</summary>
    public JsonNode Input(JsonNode? node, string field, ISet<string> needs)
    {
        if (node is not JsonObject given)
            return IsBinding(node) ? Reference(Expressions.Text(node), field, needs) : Literal(node?.DeepClone());
        var input = Camel(given);
        if (IsBinding(input["value"])) return Reference(Expressions.Text(input["value"]), field, needs);
        if (IsBinding(input["path"])) return Reference(Expressions.Text(input["path"]), field, needs);
        if (input["jobInputType"] is null)
        {
            if ((input["type"] ?? input["job_input_type"]) is { } type) input["jobInputType"] = Expressions.Text(type) is "string" or "number" or "integer" or "boolean" ? "literal" : type.DeepClone();
            else input["jobInputType"] = input["uri"] is null && input["path"] is null ? "literal" : "uri_folder";
        }
        if (input["uri"] is null && input["path"] is { } path) input["uri"] = path.DeepClone();
        return input;
    }

    public static JsonObject Literal(JsonNode? value) => new() { ["jobInputType"] = "literal", ["value"] = value };

    /// <summary>What a binding refers to.</summary>
    public JsonObject Reference(string text, string field, ISet<string> needs)
    {
        var match = Binding().Match(text);
        if (!match.Success) throw ArmFault.Invalid(field, text, "must be ${{parent.inputs.NAME}} or ${{parent.jobs.NODE.outputs.NAME}}");
        if (!match.Groups["node"].Success) return Expressions.First(Expressions.Ref("inputs", match.Groups["name"].Value));
        var (node, name) = (match.Groups["node"].Value, match.Groups["name"].Value);
        if (moved.TryGetValue(node, out var place))
        {
            needs.Add(place.Step);
            return place.Loop is { } body ? Literal(null, Expressions.Ref("steps", place.Step, body, "*", "outputs", name)) : Expressions.Ref("steps", place.Step, "outputs", name);
        }
        if (!nodes.Contains(node)) throw ArmFault.Invalid(field, text, $"there is no job '{node}' beside it; there are {string.Join(", ", nodes)}");
        needs.Add(node);
        return Expressions.Ref("steps", node, "outputs", name);
    }

    // What all iterations gave, as one input: a list, in JSON.
    private static JsonObject Literal(JsonNode? _, JsonNode list) => new() { ["jobInputType"] = "literal", ["value"] = list };

    /// <summary>Fields as ARM writes them: Microsoft's Python client writes those of nodes with underscores.</summary>
    public static JsonObject Camel(JsonObject given)
    {
        var made = new JsonObject();
        foreach (var (name, value) in given)
            made[name switch { "job_input_type" => "jobInputType", "job_output_type" => "jobOutputType", _ => name }] = value?.DeepClone();
        return made;
    }

    [GeneratedRegex(@"^\s*\$\{\{\s*parent\.(inputs\.(?<name>[A-Za-z0-9_.-]+)|jobs\.(?<node>[A-Za-z0-9_-]+)\.outputs\.(?<name>[A-Za-z0-9_-]+))\s*\}\}\s*$")]
    private static partial Regex Binding();

    [GeneratedRegex(@"^\s*\$\{\{\s*parent\.jobs\.(?<node>[A-Za-z0-9_-]+)\s*\}\}\s*$")]
    private static partial Regex Block();

    /// <summary>The port that <c>${{parent.jobs.body.outputs.x}}</c> or a bare name means.</summary>
    public static string Port(JsonNode? node) => Ports().Match(Expressions.Text(node)) is { Success: true } match ? match.Groups["port"].Value : Expressions.Text(node);

    /// <summary>The pipeline's output that a node's output is, or null.</summary>
    public static string? ParentOutput(JsonNode? node) =>
        node is not null && Outputs().Match(Expressions.Text(node is JsonObject o ? o["value"] ?? o["path"] : node)) is { Success: true } match ? match.Groups["name"].Value : null;

    [GeneratedRegex(@"\$\{\{\s*parent\.jobs\.[A-Za-z0-9_-]+\.(inputs|outputs)\.(?<port>[A-Za-z0-9_-]+)\s*\}\}")]
    private static partial Regex Ports();

    [GeneratedRegex(@"^\s*\$\{\{\s*parent\.outputs\.(?<name>[A-Za-z0-9_-]+)\s*\}\}\s*$")]
    private static partial Regex Outputs();
}
