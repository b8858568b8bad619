using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>What goes into a job and comes out of it, as the engine lays it in the job's own tree.</summary>
/// <param name="Values">What <c>inputs.x</c> and <c>outputs.y</c> stand for in the command.</param>
internal sealed record JobPorts(IReadOnlyList<ChannelSpec> Inputs, IReadOnlyList<FolderOutput> Outputs, IReadOnlyList<string> Folders, IReadOnlyDictionary<string, string> Values);

/// <summary>Reads <c>inputs</c> and <c>outputs</c> of a job.</summary>
internal sealed class JobPortReader(DataUris uris)
{
    private const string InputFolder = "/opt/ml/input/data", OutputFolder = "/opt/ml/output/named";
    private static readonly string[] OutputModes = ["ReadWriteMount", "Upload", "Direct"];
    private static readonly string[] Files = ["uri_file"];
    private static readonly string[] InputTypes = ["literal", "uri_file", "uri_folder", "mltable", "custom_model", "mlflow_model", "triton_model"];
    private static readonly string[] OutputTypes = ["uri_folder", "uri_file", "mltable", "custom_model", "mlflow_model", "triton_model"];

    /// <summary>Reads them, and writes into the outputs where they will lie.</summary>
    public async Task<JobPorts> ReadAsync(JobDraft draft)
    {
        var (inputs, outputs, folders, values) = (new List<ChannelSpec>(), new List<FolderOutput>(), new List<string>(), new Dictionary<string, string>());
        foreach (var (name, node) in draft.Properties.Object("inputs", "properties") ?? [])
        {
            var field = $"properties.inputs.{name}";
            Ml.CheckName(field, name);
            if (node is null) continue;
            var input = node as JsonObject ?? throw ArmFault.Invalid(field, node.ToJsonString(), "must be an object with jobInputType");
            var type = input.OneOf("jobInputType", field, InputTypes);
            values["inputs." + name] = type == "literal" ? Literal(input, field) : await DataAsync(draft, name, input, type, field, inputs).ConfigureAwait(false);
        }
        var targets = draft.Properties.Object("outputs", "properties");
        foreach (var (name, node) in targets?.ToList() ?? [])
        {
            var field = $"properties.outputs.{name}";
            Ml.CheckName(field, name);
            if (node is not null and not JsonObject) throw ArmFault.Invalid(field, node.ToJsonString(), "must be an object with jobOutputType");
            var output = node as JsonObject ?? new JsonObject { ["jobOutputType"] = "uri_folder" };
            if (node is null) targets![name] = output;
            await OutputAsync(draft, name, output, field).ConfigureAwait(false);
        }
        return new JobPorts(inputs, outputs, folders, values);

        async Task OutputAsync(JobDraft job, string name, JsonObject output, string field)
        {
            var file = Files.Contains(output.OneOf("jobOutputType", field, OutputTypes));
            output["uri"] = output.Text("uri", field) is { Length: > 0 } given ? given : DataUris.Uri($"azureml/{job.Name}/{name}{(file ? "" : "/")}");
            var target = await uris.ResolveAsync(job.Workspace, (string)output["uri"]!, field + ".uri", job.Ct).ConfigureAwait(false);
            var local = $"{OutputFolder}/{name}";
            folders.Add(file ? OutputFolder : local);
            // Azure mounts where no mode is said, too; a folder that nobody asked to see would be fetched whole here, so that takes the word.
            var mounted = output["mode"] is not null && output.OneOf("mode", field, OutputModes) == OutputModes[0];
            outputs.Add(new FolderOutput(name, local, file ? target : target.AsFolder()) { Mounted = mounted && !file });
            values["outputs." + name] = local;
        }
    }

    private async Task<string> DataAsync(JobDraft draft, string name, JsonObject input, string type, string field, List<ChannelSpec> inputs)
    {
        var at = await uris.ResolveAsync(draft.Workspace, input.RequiredText("uri", field), field + ".uri", draft.Ct).ConfigureAwait(false);
        // A model may be one file; its name then tells.
        var isFile = Files.Contains(type) || type == "custom_model" && !at.Key.EndsWith('/') && Path.HasExtension(at.Key);
        inputs.Add(isFile ? new ChannelSpec(name, at, ChannelSourceKind.Object) : new ChannelSpec(name, at.AsFolder()));
        return isFile ? $"{InputFolder}/{name}/{at.Key[(at.Key.LastIndexOf('/') + 1)..]}" : $"{InputFolder}/{name}";
    }

    private static string Literal(JsonObject input, string field) => input["value"] switch
    {
        null => throw ArmFault.Required(field + ".value"),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        var other => throw ArmFault.Invalid(field + ".value", other.ToJsonString(), "must be a string, number or boolean"),
    };
}
