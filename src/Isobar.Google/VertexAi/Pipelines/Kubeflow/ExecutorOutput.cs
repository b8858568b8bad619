using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;
using Isobar.Engine.Training;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>Reads what a task's program left: Kubeflow's <c>ExecutorOutput</c>, else a file for each parameter.</summary>
internal sealed class ExecutorOutput(IObjectStore objects)
{
    private const long MaxFile = 4 * 1024 * 1024;

    /// <summary>The parameters and artifacts that other tasks may refer to.</summary>
    public async Task<JsonObject> ReadAsync(PipelineTask task, CancellationToken ct)
    {
        var place = TaskPlace.Of(task);
        var said = await TextAsync(place.Folder.Below("executor_output.json"), ct).ConfigureAwait(false) is { Length: > 0 } text ? Parsed(text) as JsonObject ?? [] : [];
        var (parameters, artifacts) = (new JsonObject(), new JsonObject());
        foreach (var (name, definition) in task.Step.Data?["outputs"]?["parameters"] as JsonObject ?? [])
        {
            var type = Expressions.Text(definition?["parameterType"] ?? definition?["type"]);
            if (said["parameterValues"] is JsonObject values && values.TryGetPropertyValue(name, out var value)) parameters[name] = value?.DeepClone();
            else if (await TextAsync(place.Folder.Below(name), ct).ConfigureAwait(false) is { } written) parameters[name] = Typed(written, type);
        }
        foreach (var (name, artifact) in ExecutorInput.Artifacts(task.Step, place))
        {
            if (said["artifacts"]?[name]?["artifacts"] is JsonArray { Count: > 0 } list && list[0] is JsonObject told)
            {
                if (Expressions.Text(told["uri"]) is { Length: > 0 } uri) artifact["uri"] = uri;
                foreach (var (key, value) in told["metadata"] as JsonObject ?? []) artifact["metadata"]![key] = value?.DeepClone();
            }
            artifacts[name] = new JsonArray(artifact);
        }
        return new JsonObject { ["parameters"] = parameters, ["artifacts"] = artifacts };
    }

    private static JsonNode? Typed(string text, string type) => type switch
    {
        "NUMBER_INTEGER" or "INT" => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : text,
        "NUMBER_DOUBLE" or "DOUBLE" => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : text,
        "BOOLEAN" => bool.TryParse(text.Trim(), out var truth) ? truth : text,
        "LIST" or "STRUCT" => Parsed(text) ?? text,
        _ => text,
    };

    private static JsonNode? Parsed(string text)
    {
        // Python writes numbers that JSON does not know.
        try { return JsonNode.Parse(text); }
        catch (JsonException) { return null; }
    }

    private async Task<string?> TextAsync(ObjectLocation at, CancellationToken ct)
    {
        if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out _)) return null;
        await using (opened)
        {
            if (opened.Length > MaxFile) return null;
            using var reader = new StreamReader(opened.Content);
            return await reader.ReadToEndAsync(ct).ConfigureAwait(false);
        }
    }
}
