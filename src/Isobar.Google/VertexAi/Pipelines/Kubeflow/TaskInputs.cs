using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Engine.Pipelines;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>A task's inputs as the engine's expressions, and the tasks that they come from.</summary>
internal sealed partial record TaskInputs(JsonObject Values, IReadOnlyList<string> Producers)
{
    /// <exception cref="FormatException">An input is not as documented.</exception>
    public static TaskInputs Of(JsonObject task, JsonObject component, bool isLenient)
    {
        var (parameters, artifacts, producers) = (new JsonObject(), new JsonObject(), new List<string>());
        foreach (var (name, input) in task["inputs"]?["parameters"] as JsonObject ?? [])
        {
            var value = Parameter(name, input as JsonObject ?? [], producers, isLenient);
            var selected = Expressions.Text(input?["parameterExpressionSelector"]) is { Length: > 0 } selector ? Selected(value, selector) : value;
            parameters[name] = input?["componentInputParameter"] is not null ? Expressions.First(selected, Default(component, name)) : selected;
        }
        foreach (var (name, definition) in component["inputDefinitions"]?["parameters"] as JsonObject ?? [])
            if (!parameters.ContainsKey(name) && Default(component, name) is { } standard) parameters[name] = standard;
        // A text with other inputs in it names them by placeholders.
        foreach (var (name, value) in parameters.ToList())
            if (value is JsonValue constant && constant.TryGetValue<string>(out var text) && Placeholder().IsMatch(text)) parameters[name] = Filled(text, parameters);
        foreach (var (name, input) in task["inputs"]?["artifacts"] as JsonObject ?? [])
        {
            if (input?["taskOutputArtifact"] is JsonObject output)
            {
                producers.Add(Expressions.Text(output["producerTask"]));
                var reference = Expressions.Ref("steps", producers[^1], "artifacts", Expressions.Text(output["outputArtifactKey"]));
                artifacts[name] = isLenient ? Expressions.First(reference) : reference;
            }
            else artifacts[name] = Expressions.First(Expressions.Ref("inputs", "artifacts", Expressions.Text(input?["componentInputArtifact"])));
        }
        return new TaskInputs(new JsonObject { ["parameters"] = parameters, ["artifacts"] = artifacts }, producers);
    }

    /// <summary>The default of a component's parameter.</summary>
    public static JsonNode? Default(JsonObject component, string name) => component["inputDefinitions"]?["parameters"]?[name]?["defaultValue"]?.DeepClone();

    /// <summary>A constant, in the words of either schema, or the pipeline's parameter.</summary>
    public static JsonNode? Constant(JsonNode? value)
    {
        if (Expressions.Text(value?["runtimeParameter"]) is { Length: > 0 } name) return Expressions.First(Expressions.Ref("inputs", "parameters", name));
        if (value?["constantValue"] is not JsonObject typed) return value?["constant"]?.DeepClone();
        if (typed["intValue"] is { } whole) return long.Parse(Expressions.Text(whole), CultureInfo.InvariantCulture);
        return (typed["doubleValue"] ?? typed["stringValue"])?.DeepClone();
    }

    private static JsonNode? Parameter(string name, JsonObject input, List<string> producers, bool isLenient)
    {
        if (input["taskOutputParameter"] is JsonObject output)
        {
            producers.Add(Expressions.Text(output["producerTask"]));
            var reference = Expressions.Ref("steps", producers[^1], "parameters", Expressions.Text(output["outputParameterKey"]));
            return isLenient ? Expressions.First(reference) : reference;
        }
        if (input["taskFinalStatus"] is JsonObject status)
        {
            producers.Add(Expressions.Text(status["producerTask"]));
            return new JsonObject { ["pipelineTaskName"] = producers[^1], ["status"] = Expressions.Ref("status", producers[^1]) };
        }
        if (input["componentInputParameter"] is { } outer) return Expressions.First(Expressions.Ref("inputs", "parameters", Expressions.Text(outer)));
        return input["runtimeValue"] is JsonObject value ? Constant(value) : throw new FormatException($"the input '{name}' is none of taskOutputParameter, runtimeValue, componentInputParameter and taskFinalStatus");
    }

    private static JsonNode? Selected(JsonNode? value, string selector)
    {
        if (!Selector().IsMatch(selector)) throw new FormatException($"the selector {selector} is not understood: parseJson(string_value)[…] is");
        var selected = (JsonNode)Expressions.Json(value);
        foreach (Match index in Index().Matches(selector)) selected = Expressions.Member(selected, index.Groups["name"].Value);
        return selected;
    }

    private static JsonNode Filled(string text, JsonObject parameters)
    {
        var (parts, at) = (new List<JsonNode?>(), 0);
        foreach (Match match in Placeholder().Matches(text))
        {
            parts.Add(text[at..match.Index]);
            parts.Add(parameters[match.Groups["name"].Value]?.DeepClone() ?? match.Value);
            at = match.Index + match.Length;
        }
        parts.Add(text[at..]);
        return Expressions.Join("", parts);
    }

    [GeneratedRegex("""\{\{\$\.inputs\.parameters\[(?:'(?<name>[^']*)'|"(?<name>[^"]*)")\]\}\}""")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""^parseJson\(string_value\)(\[("[^"]*"|'[^']*'|[0-9]+)\])*$""")]
    private static partial Regex Selector();

    [GeneratedRegex("""\[(?:"(?<name>[^"]*)"|'(?<name>[^']*)'|(?<name>[0-9]+))\]""")]
    private static partial Regex Index();
}
