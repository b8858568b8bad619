using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Google.VertexAi.Resources;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>A compiled pipeline's text, YAML or JSON, as JSON.</summary>
internal static class PipelineText
{
    /// <summary>Reads the first document: what follows in a file of Kubeflow's is for other platforms.</summary>
    public static JsonObject Read(string text, string field)
    {
        try
        {
            if (text.AsSpan().TrimStart().StartsWith("{")) return JsonNode.Parse(text) as JsonObject ?? throw Faults.Invalid(field, null, "a compiled pipeline is an object");
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents is [var first, ..] && Node(first.RootNode, 0) is JsonObject pipeline ? pipeline : throw Faults.Invalid(field, null, "a compiled pipeline is an object");
        }
        catch (Exception e) when (e is JsonException or YamlException)
        {
            throw Faults.Invalid(field, null, $"is neither JSON nor YAML: {e.Message}");
        }
    }

    private static JsonNode? Node(YamlNode node, int depth) => depth > 64 ? throw new YamlException("more than 64 levels") : node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value ?? "", Node(c.Value, depth + 1)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(c => Node(c, depth + 1))]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var plain } => Plain(plain ?? ""),
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    // YAML's core schema, as far as compilers write it.
    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" or "True" => true,
        "false" or "False" => false,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when (char.IsAsciiDigit(text[^1]) || text[^1] == '.') && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
