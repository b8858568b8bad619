using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Starts a job of a batch endpoint.</summary>
internal sealed class BatchInvocation(ArmStore store, DataUris uris, BatchPlanner planner, BatchScoringJobs scoring, JobSubmission submission, IBatchJobs batches, ITrainingJobs training)
{
    private static readonly string[] Inputs = ["uri_file", "uri_folder", "literal", "mltable"], Outputs = ["uri_file", "uri_folder"];

    // 1. The deployment. 2. What is read and where the predictions go. 3. The job, which is one of the workspace's.
    /// <param name="asked">The <c>properties</c> of the request.</param>
    public async Task<ArmResource> StartAsync(MlWorkspace workspace, ArmResource endpoint, string? deploymentName, JsonObject asked, string origin, ArmActor actor, CancellationToken ct)
    {
        // 1.
        var chosen = deploymentName ?? BatchDeploymentOperations.Default(endpoint) ?? throw new ArmFault(400, "UserError", $"The batch endpoint '{endpoint.Name}' has no default deployment; name one in the header azureml-model-deployment.", "properties.defaults.deploymentName");
        var deployment = await store.FindAsync(endpoint.Path.Child(BatchNames.Deployments, chosen), ct).ConfigureAwait(false) ?? throw new ArmFault(404, "NotFound", $"The batch endpoint '{endpoint.Name}' has no deployment '{chosen}'.", "azureml-model-deployment");
        var properties = (JsonObject)deployment.Properties.DeepClone();

        // 2.
        var name = asked.Text("Name", "properties") ?? asked.Text("name", "properties") ?? $"batchjob-{Guid.NewGuid()}";
        Ml.CheckName("name", name);
        var (inputs, input) = Only(asked, "InputData", Inputs, "JobInputType") ?? throw ArmFault.Required("properties.InputData");
        var field = $"properties.InputData.{inputs}";
        if ((string)input["type"]! is "literal" or "mltable") throw ArmFault.Unsupported($"{field}: a model's deployment reads a file or folder (UriFile, UriFolder).", field);
        var read = await uris.FileOrFolderAsync(workspace, (string)input["uri"]!, field + ".Uri", ct).ConfigureAwait(false);
        var isFile = !read.Key.EndsWith('/');
        var fileName = (string)properties["outputFileName"]!;
        var score = new JsonObject { ["jobOutputType"] = "uri_folder", ["mode"] = "ReadWriteMount", ["uri"] = DataUris.Uri($"azureml/{name}/score/") };
        if (Only(asked, "OutputData", Outputs, "JobOutputType") is var (outputs, output) && output["uri"] is { } uri)
        {
            var target = (string)uri!;
            if ((string)output["type"]! == "uri_file" && !target.EndsWith('/')) (target, fileName) = (target[..(target.LastIndexOf('/') + 1)], target[(target.LastIndexOf('/') + 1)..]);
            await uris.ResolveAsync(workspace, target, $"properties.OutputData.{outputs}.Uri", ct).ConfigureAwait(false);
            score["uri"] = target;
        }
        var places = new BatchPlaces(read, isFile, (await uris.ResolveAsync(workspace, (string)score["uri"]!, "properties.OutputData", ct).ConfigureAwait(false)).AsFolder(), fileName);

        // 3.
        var job = new JsonObject
        {
            ["jobType"] = scoring.Shown,
            ["experimentName"] = asked.Text("ExperimentName", "properties") ?? asked.Text("experimentName", "properties") ?? endpoint.Name,
            ["inputs"] = new JsonObject { [inputs] = new JsonObject { ["jobInputType"] = (string)input["type"]!, ["mode"] = "ReadOnlyMount", ["uri"] = (string)input["uri"]! } },
            ["outputs"] = new JsonObject { ["score"] = score },
            ["properties"] = new JsonObject { [BatchNames.EndpointFact] = endpoint.Name, [BatchNames.DeploymentFact] = chosen, ["azureml.deploymentid"] = deployment.Id },
        };
        var request = new JobRequest(workspace, workspace.Id.Child(JobNames.Plural, name), new JsonObject { ["properties"] = job }, origin, actor) { Kind = scoring, Prepare = PrepareAsync };
        if (await store.FindAsync(request.Id, ct).ConfigureAwait(false) is not null) throw ArmFault.Conflict($"The job '{name}' exists.", "name");
        return await submission.SubmitAsync(request, ct).ConfigureAwait(false);

        async Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft)
        {
            if (properties["codeConfiguration"] is null)
            {
                var batch = await planner.GraphAsync(draft, properties, places).ConfigureAwait(false);
                return async () => (await batches.SubmitAsync(batch, CancellationToken.None).ConfigureAwait(false)).Map(_ => Done.Value);
            }
            var run = await planner.ScriptAsync(draft, properties, places).ConfigureAwait(false);
            return async () => (await training.SubmitAsync(run, CancellationToken.None).ConfigureAwait(false)).Map(_ => Done.Value);
        }
    }

    /// <summary>The one input or output, with its type as jobs spell it. Clients of different years write names and types in different cases.</summary>
    private static (string Name, JsonObject Port)? Only(JsonObject asked, string section, string[] types, string typeField)
    {
        var ports = asked.FirstOrDefault(p => p.Key.Equals(section, StringComparison.OrdinalIgnoreCase)).Value as JsonObject ?? [];
        if (ports.Count == 0) return null;
        if (ports.Count > 1) throw ArmFault.Unsupported($"properties.{section} has {ports.Count} entries; a model's deployment takes one.", $"properties.{section}");
        var (name, node) = ports.First();
        var port = node as JsonObject ?? throw ArmFault.Invalid($"properties.{section}.{name}", node?.ToJsonString(), $"must be an object with {typeField} and Uri");
        var type = Value(typeField) ?? throw ArmFault.Required($"properties.{section}.{name}.{typeField}");
        var known = types.FirstOrDefault(t => t.Replace("_", "", StringComparison.Ordinal).Equals(type.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) ?? throw ArmFault.Invalid($"properties.{section}.{name}.{typeField}", type, $"must be one of {string.Join(", ", types)}");
        if (Value("Uri") is null && section == "InputData") throw ArmFault.Required($"properties.{section}.{name}.Uri");
        return (name, new JsonObject { ["type"] = known, ["uri"] = Value("Uri") });

        string? Value(string field) => (string?)port.FirstOrDefault(p => p.Key.Equals(field, StringComparison.OrdinalIgnoreCase)).Value;
    }
}
