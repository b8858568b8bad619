using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.MetadataStores;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>What a run of a pipeline is given: its parameters by their types, and artifacts of the metadata store.</summary>
internal sealed class PipelineParameters(MetadataTables tables)
{
    private const string Field = "pipeline_job.runtime_config";

    public async Task<JsonObject> ReadAsync(JsonObject spec, PipelineJob.Types.RuntimeConfig? config, CancellationToken ct)
    {
        var defined = spec["root"]?["inputDefinitions"]?["parameters"] as JsonObject ?? [];
        var (values, faults) = (new JsonObject(), new List<Fault>());
        foreach (var unknown in (config?.ParameterValues.Keys ?? []).Where(k => !defined.ContainsKey(k)))
            faults.Add(new Fault($"{Field}.parameter_values[{unknown}]", unknown, $"the pipeline has no such parameter; it has {(defined.Count == 0 ? "none" : string.Join(", ", defined.Select(d => d.Key)))}"));
        foreach (var (name, definition) in defined)
        {
            var value = config?.ParameterValues.TryGetValue(name, out var given) == true ? StructJson.Read(given) : definition?["defaultValue"]?.DeepClone();
            var type = Expressions.Text(definition?["parameterType"]);
            if (value is null && Expressions.Text(definition?["isOptional"]) != "true") faults.Add(new Fault($"{Field}.parameter_values[{name}]", "", "has no default: give a value"));
            else if (value is not null && !Fits(value, type)) faults.Add(new Fault($"{Field}.parameter_values[{name}]", Expressions.Text(value), $"is no {type}"));
            else if (value is not null) values[name] = value;
        }
        var artifacts = new JsonObject();
        foreach (var (name, input) in config?.InputArtifacts ?? [])
        {
            if (spec["root"]?["inputDefinitions"]?["artifacts"]?[name] is null) faults.Add(new Fault($"{Field}.input_artifacts[{name}]", name, "the pipeline has no such input"));
            else artifacts[name] = new JsonArray(await ArtifactAsync(input.ArtifactId, $"{Field}.input_artifacts[{name}].artifact_id", ct).ConfigureAwait(false));
        }
        if (faults.Count > 0) throw Faults.Of(new Error(ErrorCode.InvalidArgument, string.Join("; ", faults.Select(f => $"{f.Field} {(f.Value is { Length: > 0 } ? $"'{f.Value}' " : "")}{f.Message}"))) { Faults = faults });
        return new JsonObject { ["parameters"] = values, ["artifacts"] = artifacts };
    }

    private async Task<JsonNode> ArtifactAsync(string id, string field, CancellationToken ct)
    {
        var artifact = (await tables.ArtifactTable.FindAsync(MetadataName.Parse(id, MetadataTables.Artifacts, field).ToString(), ct).ConfigureAwait(false)).Value;
        return new JsonObject
        {
            ["name"] = artifact.Name,
            ["type"] = new JsonObject { ["schemaTitle"] = artifact.SchemaTitle, ["schemaVersion"] = artifact.SchemaVersion },
            ["uri"] = artifact.Uri,
            ["metadata"] = StructJson.Read(artifact.Metadata),
        };
    }

    private static bool Fits(JsonNode value, string type) => type switch
    {
        "NUMBER_DOUBLE" => value.GetValueKind() == JsonValueKind.Number,
        "NUMBER_INTEGER" => value.GetValueKind() == JsonValueKind.Number && double.IsInteger(value.AsValue().GetValue<double>()),
        "STRING" => value.GetValueKind() == JsonValueKind.String,
        "BOOLEAN" => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "LIST" => value is JsonArray,
        "STRUCT" => value is JsonObject,
        _ => true,
    };
}
