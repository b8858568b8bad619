using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Computes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Logs;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Turns a command job into what the engine runs: the user's program, started by a shell in the folder of his code.</summary>
internal sealed class CommandJobPlanner(JobPortReader ports, DataUris uris, ComputeStore computes, BuiltInCommands commands)
{
    public const string Owner = "azure", LogGroup = "azureml/jobs";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromDays(7);

    public static LogStreamName Log(string engineId) => new(Owner, LogGroup, engineId);

    /// <exception cref="ArmFault">A field is not as documented.</exception>
    public async Task<TrainingSpec> PlanAsync(JobDraft draft)
    {
        var properties = draft.Properties;
        var command = properties.RequiredText("command", "properties");
        // Code of one's own runs with this machine's programs; the environment is kept as it was named.
        properties.RequiredText("environmentId", "properties");
        var instance = await JobMachine.ReadAsync(draft, computes).ConfigureAwait(false);
        if (properties["distribution"] is JsonObject) throw ArmFault.Unsupported("properties.distribution: jobs run in one process on one instance here.", "properties.distribution");
        var limits = properties.Object("limits", "properties") ?? [];
        var io = await ports.ReadAsync(draft).ConfigureAwait(false);
        var filled = CommandTemplate.Fill(command, io.Values, "properties.command");
        var artifacts = draft.Workspace.At(JobNames.Artifacts(draft.Name));
        if (properties["outputs"] is not JsonObject outputs) properties["outputs"] = outputs = [];
        outputs["default"] ??= new JsonObject { ["jobOutputType"] = "uri_folder", ["mode"] = "ReadWriteMount", ["uri"] = DataUris.Uri(JobNames.Artifacts(draft.Name).TrimEnd('/'), DefaultDatastores.Artifacts) };
        return new TrainingSpec
        {
            Id = draft.EngineId,
            Owner = Owner,
            Name = draft.Name,
            Region = draft.Workspace.Location,
            Program = new ScriptProgram(["bash", "-c", filled])
            {
                StartsInCode = true,
                SourceFolder = properties.Text("codeId", "properties") is { Length: > 0 } code ? (await uris.ResolveAsync(draft.Workspace, code, "properties.codeId", draft.Ct).ConfigureAwait(false)).AsFolder() : null,
            },
            Channels = io.Inputs,
            // What a program writes to ./outputs and ./logs is the run's, without being asked for.
            Outputs = [.. io.Outputs, .. new[] { "outputs", "logs" }.Select(f => new FolderOutput(f, "/opt/ml/code/" + f, artifacts with { Key = artifacts.Key + f + "/" }))],
            Folders = [.. io.Folders, "/opt/ml/code/outputs", "/opt/ml/code/logs"],
            LogObject = draft.Workspace.At(JobNames.Log(draft.Name)),
            MaxRunTime = limits.Duration("timeout", "properties.limits") ?? DefaultTimeout,
            Instance = instance,
            Environment = Variables(draft, io),
            Origin = draft.Origin,
            Log = Log(draft.EngineId),
            Tags = properties.Texts("tags", "properties"),
        };
    }

    /// <summary>What Azure Machine Learning tells a program, and how its clients find this machine.</summary>
    private Dictionary<string, string> Variables(JobDraft draft, JobPorts io)
    {
        // A program of the user's may not know this server's certificate authority; the same port answers without it.
        var origin = "http" + draft.Origin[draft.Origin.IndexOf(':', StringComparison.Ordinal)..];
        var (workspace, experiment) = (draft.Workspace, (string)draft.Properties["experimentName"]!);
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = commands.Path,
            ["AZUREML_RUN_ID"] = draft.Name,
            ["AZUREML_ROOT_RUN_ID"] = draft.Name,
            ["AZUREML_ARM_SUBSCRIPTION"] = draft.Id.Subscription,
            ["AZUREML_ARM_RESOURCEGROUP"] = draft.Id.ResourceGroup,
            ["AZUREML_ARM_WORKSPACE_NAME"] = workspace.Name,
            ["AZUREML_ARM_PROJECT_NAME"] = experiment,
            ["AZUREML_EXPERIMENT_NAME"] = experiment,
            ["AZUREML_WORKSPACE_ID"] = workspace.WorkspaceId,
            ["AZUREML_WORKSPACE_SCOPE"] = workspace.Id.Text,
            ["AZUREML_SERVICE_ENDPOINT"] = origin,
            ["AZUREML_RUN_TOKEN"] = "isobar",
            ["AZUREML_OUTPUT_DIRECTORY"] = "/opt/ml/code/outputs",
            ["MLFLOW_TRACKING_URI"] = origin + workspace.TrackingPath,
            ["MLFLOW_TRACKING_TOKEN"] = "isobar",
            ["MLFLOW_EXPERIMENT_NAME"] = experiment,
            ["MLFLOW_RUN_ID"] = draft.Name,
        };
        foreach (var (name, value) in io.Values)
        {
            var (kind, port) = (name[..name.IndexOf('.')].TrimEnd('s').ToUpperInvariant(), name[(name.IndexOf('.') + 1)..]);
            variables[$"AZURE_ML_{kind}_{port}"] = value;
        }
        foreach (var (name, value) in draft.Properties.Texts("environmentVariables", "properties")) variables[name] = CommandTemplate.Fill(value, io.Values, $"properties.environmentVariables.{name}");
        return variables;
    }
}
