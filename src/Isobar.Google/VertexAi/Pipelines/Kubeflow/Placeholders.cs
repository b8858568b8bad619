using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Engine.Pipelines;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>Fills the placeholders of a container's command and arguments from its <c>ExecutorInput</c>.</summary>
internal sealed partial class Placeholders(JsonObject input, TaskPlace place, string title)
{
    /// <summary>A list of words; some stand for none or for several.</summary>
    /// <exception cref="FormatException">A placeholder names what is not there.</exception>
    public IEnumerable<string> Words(JsonNode? list) => (list as JsonArray ?? []).SelectMany(Word);

    /// <summary>One text.</summary>
    public string Fill(string text) => text == "{{$}}" ? input.ToJsonString() : Placeholder().Replace(text, m => Value(m.Groups["path"].Value));

    private IEnumerable<string> Word(JsonNode? node)
    {
        switch (node)
        {
            // Structures are written as JSON in a text.
            case JsonValue value when value.TryGetValue<string>(out var text) && Structure(text) is { } structure:
                return Word(structure);
            case JsonObject o when o["IfPresent"] is JsonObject choice:
                return Branch(Has(Expressions.Text(choice["InputName"])) ? choice["Then"] : choice["Else"]);
            case JsonObject o when o["Concat"] is JsonArray parts:
                return [string.Concat(parts.SelectMany(Word))];
            default:
                return [Fill(Expressions.Text(node))];
        }
    }

    private IEnumerable<string> Branch(JsonNode? branch) => branch switch { null => [], JsonArray several => several.SelectMany(Word), _ => Word(branch) };

    private bool Has(string name) => input["inputs"]?["parameterValues"]?[name] is not null || input["inputs"]?["artifacts"]?[name] is not null;

    private static JsonObject? Structure(string text)
    {
        if (!text.StartsWith("{\"IfPresent\"", StringComparison.Ordinal) && !text.StartsWith("{\"Concat\"", StringComparison.Ordinal)) return null;
        try { return JsonNode.Parse(text) as JsonObject; }
        catch (JsonException) { return null; }
    }

    private string Value(string path)
    {
        switch (path)
        {
            case "": return input.ToJsonString();
            case ".pipeline_job_name": return place.Job.Name.Id;
            case ".pipeline_job_resource_name": return place.Job.Job;
            case ".pipeline_job_uuid": return TaskPlace.Number(place.Job.Job, "").ToString(CultureInfo.InvariantCulture);
            case ".pipeline_task_name": return title;
            case ".pipeline_task_uuid": return place.TaskId.ToString(CultureInfo.InvariantCulture);
            case ".pipeline_root": return place.Job.Root;
            case ".pipeline_google_cloud_location": return place.Job.Name.Location;
            case ".pipeline_service_account": return "";
        }
        var steps = Step().Matches(path).Select(m => m.Groups["word"].Success ? m.Groups["word"].Value : m.Groups["name"].Value).ToArray();
        switch (steps)
        {
            case ["outputs", "output_file"]: return Expressions.Text(input["outputs"]!["outputFile"]);
            case ["inputs", "parameters", var name]: return input["inputs"]!["parameterValues"]![name] is { } value ? Expressions.Text(value) : "";
            case ["outputs", "parameters", var name, "output_file"] when input["outputs"]!["parameters"]![name] is { } file: return Expressions.Text(file["outputFile"]);
            case [var side and ("inputs" or "outputs"), "artifacts", var name, var what, ..] when First(input[side]!["artifacts"]![name]) is { } artifact:
                return what switch
                {
                    "uri" => Expressions.Text(artifact["uri"]),
                    "path" => TaskPlace.Local(Expressions.Text(artifact["uri"])),
                    "name" => Expressions.Text(artifact["name"]),
                    "metadata" or "properties" => steps.Length == 5 ? Expressions.Text(artifact["metadata"]?[steps[4]]) : Expressions.Text(artifact["metadata"]),
                    _ => throw Absent(path),
                };
            // An input that is optional and was not given leaves nothing.
            case ["inputs", "artifacts", ..]: return "";
            default: throw Absent(path);
        }
    }

    private static JsonObject? First(JsonNode? named) => named?["artifacts"] is JsonArray { Count: > 0 } list ? list[0] as JsonObject : null;

    private static FormatException Absent(string path) => new($"the placeholder {{{{${path}}}}} names nothing of this task");

    [GeneratedRegex(@"\{\{\$(?<path>[^}]*)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("""\.(?<word>[A-Za-z_][A-Za-z0-9_]*)|\[(?:'(?<name>[^']*)'|"(?<name>[^"]*)")\]""")]
    private static partial Regex Step();
}
