using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Computes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Batch;
using Isobar.Engine.Models;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Where an invocation reads and writes.</summary>
/// <param name="IsFile">Whether the input is one file.</param>
/// <param name="FileName">The file of predictions in <paramref name="Output"/>.</param>
internal sealed record BatchPlaces(ObjectLocation Input, bool IsFile, ObjectLocation Output, string FileName);

/// <summary>Checks a deployment, and turns an invocation into what the engine runs: a batch over a model of the engine's own, or the user's scoring script over files.</summary>
internal sealed class BatchPlanner(DataUris uris, ComputeStore computes, BatchScript script)
{
    private const string Path = "properties";

    /// <summary>Refuses what is not as documented, and adds the defaults.</summary>
    public async Task CheckAsync(MlWorkspace workspace, JsonObject properties, CancellationToken ct)
    {
        var code = properties.Object("codeConfiguration", Path);
        if (properties["model"] is null && code is null) throw ArmFault.Invalid("properties.model", null, "a deployment needs a model, or a codeConfiguration");
        if (properties["model"] is not null) await ModelAsync(workspace, properties, ct).ConfigureAwait(false);
        if (code is not null)
        {
            code.RequiredText("scoringScript", Path + ".codeConfiguration");
            await uris.ResolveAsync(workspace, code.RequiredText("codeId", Path + ".codeConfiguration"), "properties.codeConfiguration.codeId", ct).ConfigureAwait(false);
        }
        await computes.MachineAsync(workspace, properties.Text("compute", Path), ct, "properties.compute").ConfigureAwait(false);
        properties["outputAction"] = properties["outputAction"] is null ? "AppendRow" : properties.OneOf("outputAction", Path, "AppendRow", "SummaryOnly");
        properties["outputFileName"] = properties.Text("outputFileName", Path) is { Length: > 0 } name ? name : "predictions.csv";
        properties["miniBatchSize"] = properties.Whole("miniBatchSize", Path, 1, 1_000_000) ?? 10;
        properties["maxConcurrencyPerInstance"] = properties.Whole("maxConcurrencyPerInstance", Path, 1, 1000) ?? 1;
        properties["errorThreshold"] = properties.Whole("errorThreshold", Path, -1, int.MaxValue) ?? -1;
        properties["loggingLevel"] = properties["loggingLevel"] is null ? "Info" : properties.OneOf("loggingLevel", Path, "Info", "Warning", "Debug");
        if (properties.Object("retrySettings", Path) is not { } retry) properties["retrySettings"] = retry = [];
        retry["maxRetries"] = retry.Whole("maxRetries", Path + ".retrySettings", 0, 1000) ?? 3;
        retry["timeout"] ??= "PT30S";
        retry.Duration("timeout", Path + ".retrySettings");
        properties["resources"] ??= new JsonObject { ["instanceCount"] = 1 };
        properties.Texts("environmentVariables", Path);
    }

    /// <summary>A batch of the engine: files of CSV with a header, through a model without a script.</summary>
    public async Task<BatchSpec> GraphAsync(JobDraft draft, JsonObject deployment, BatchPlaces places)
    {
        var retry = (JsonObject)deployment["retrySettings"]!;
        return new BatchSpec
        {
            Id = draft.EngineId,
            Owner = CommandJobPlanner.Owner,
            Name = draft.Name,
            Region = draft.Workspace.Location,
            Model = new ModelSpec { Name = draft.Name, Program = new OnnxProgram(AzureCodecFactory.Codec), Artifact = await ModelAsync(draft.Workspace, deployment, draft.Ct).ConfigureAwait(false) },
            Input = places.Input,
            InputKind = places.IsFile ? ChannelSourceKind.Object : ChannelSourceKind.Prefix,
            ContentType = "application/json",
            Split = BatchSplit.Line,
            Rows = new BatchRows("input_data"),
            Output = places.Output,
            OutputStem = places.FileName + ".part",
            JoinedAs = places.FileName,
            ToleratedFailures = (int)deployment["errorThreshold"]! is >= 0 and var most ? most : int.MaxValue,
            MaxRetries = (int)retry["maxRetries"]!,
            RequestTimeout = retry.Duration("timeout", Path) ?? TimeSpan.FromSeconds(30),
            Instance = new InstanceSpec(await computes.MachineAsync(draft.Workspace, deployment.Text("compute", Path), draft.Ct, "properties.compute").ConfigureAwait(false)),
            Log = BatchNames.Log(draft.EngineId),
        };
    }

    /// <summary>The user's scoring script, which is given the files in mini-batches.</summary>
    public async Task<TrainingSpec> ScriptAsync(JobDraft draft, JsonObject deployment, BatchPlaces places)
    {
        const string Input = "/opt/ml/input/data/input", Output = "/opt/ml/output/named/score", Models = "/opt/ml/input/data/model";
        var code = (JsonObject)deployment["codeConfiguration"]!;
        var retry = (JsonObject)deployment["retrySettings"]!;
        var channels = new List<ChannelSpec> { new("input", places.Input, places.IsFile ? ChannelSourceKind.Object : ChannelSourceKind.Prefix) };
        if (deployment["model"] is not null)
        {
            var model = await ModelAsync(draft.Workspace, deployment, draft.Ct).ConfigureAwait(false);
            // Scripts look for the model's own folder, or its file, below AZUREML_MODEL_DIR.
            var folder = model.Key.TrimEnd('/') is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
            channels.Add(model.Key.EndsWith('/') ? new ChannelSpec("model/" + (folder.Length > 0 ? folder : "model"), model) : new ChannelSpec("model", model, ChannelSourceKind.Object));
        }
        var environment = new Dictionary<string, string>
        {
            ["AZUREML_MODEL_DIR"] = Models,
            ["AZUREML_BI_OUTPUT_PATH"] = Output,
            ["AZUREML_RUN_ID"] = draft.Name,
            ["ISOBAR_BATCH_INPUT"] = Input,
            ["ISOBAR_BATCH_FILE"] = $"{Output}/{places.FileName}",
            ["ISOBAR_BATCH_ACTION"] = (string)deployment["outputAction"]!,
            ["ISOBAR_BATCH_SIZE"] = Number("miniBatchSize"),
            ["ISOBAR_BATCH_PROCESSES"] = Number("maxConcurrencyPerInstance"),
            ["ISOBAR_BATCH_THRESHOLD"] = Number("errorThreshold"),
            ["ISOBAR_BATCH_RETRIES"] = ((int)retry["maxRetries"]!).ToString(CultureInfo.InvariantCulture),
            ["ISOBAR_BATCH_TIMEOUT"] = (retry.Duration("timeout", Path) ?? TimeSpan.FromSeconds(30)).TotalSeconds.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in deployment.Texts("environmentVariables", Path)) environment[name] = value;
        return new TrainingSpec
        {
            Id = draft.EngineId,
            Owner = CommandJobPlanner.Owner,
            Name = draft.Name,
            Region = draft.Workspace.Location,
            Program = new ScriptProgram(["python3", script.Path, code.RequiredText("scoringScript", Path)])
            {
                StartsInCode = true,
                SourceFolder = (await uris.ResolveAsync(draft.Workspace, code.RequiredText("codeId", Path), "properties.codeConfiguration.codeId", draft.Ct).ConfigureAwait(false)).AsFolder(),
            },
            Channels = channels,
            Outputs = [new FolderOutput("score", Output, places.Output)],
            Folders = [Output],
            LogObject = draft.Workspace.At(JobNames.Log(draft.Name)),
            Instance = new InstanceSpec(await computes.MachineAsync(draft.Workspace, deployment.Text("compute", Path), draft.Ct, "properties.compute").ConfigureAwait(false)),
            Environment = environment,
            Log = BatchNames.Log(draft.EngineId),
        };

        string Number(string name) => ((int)deployment[name]!).ToString(CultureInfo.InvariantCulture);
    }

    private async Task<ObjectLocation> ModelAsync(MlWorkspace workspace, JsonObject properties, CancellationToken ct)
    {
        const string Field = "properties.model";
        var model = properties.RequiredObject("model", Path);
        var uri = model.OneOf("referenceType", Field, "Id", "DataPath", "OutputPath") switch
        {
            "Id" => model.RequiredText("assetId", Field),
            "DataPath" => $"azureml://datastores/{ArmId.TryParse(model.RequiredText("datastoreId", Field))?.Name ?? model.Text("datastoreId", Field)}/paths/{model.Text("path", Field)}",
            _ => $"azureml://jobs/{ArmId.TryParse(model.RequiredText("jobId", Field))?.Name ?? model.Text("jobId", Field)}/outputs/artifacts/paths/{model.Text("path", Field)}",
        };
        return await uris.FileOrFolderAsync(workspace, uri, Field, ct).ConfigureAwait(false);
    }
}
