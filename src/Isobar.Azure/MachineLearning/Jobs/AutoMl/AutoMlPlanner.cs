using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Computes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Turns an AutoML job into the training job of the engine's search.</summary>
internal sealed class AutoMlPlanner(AutoMlData data, DataUris uris, ComputeStore computes)
{
    public const string Best = "best_model";
    private static readonly string[] Outputs = ["mlflow_model", "custom_model", "uri_folder"];

    /// <summary>Where the search leaves its ensemble and its leaderboard, and in folders of their own its candidates.</summary>
    public static string Found(string job) => JobNames.Artifacts(job) + "outputs/automl/";

    public static string Staged(string job) => $"azureml/{job}/automl/";

    // 1. Check and complete. 2. What lays the data out and gives the job: nothing is written for a job that is only checked.
    public async Task<Func<Task<TrainingSpec>>> PlanAsync(JobDraft draft)
    {
        // 1.
        var properties = draft.Properties;
        if (properties["environmentVariables"] is JsonObject { Count: > 0 }) throw ArmFault.Unsupported("properties.environmentVariables: the search runs no code of yours that could read them.", "properties.environmentVariables");
        var task = AutoMlTask.Read(properties);
        var sources = await data.FindAsync(draft, (JsonObject)properties["taskDetails"]!).ConfigureAwait(false);
        var instance = await JobMachine.ReadAsync(draft, computes).ConfigureAwait(false);
        await OutputsAsync(draft).ConfigureAwait(false);

        // 2.
        return () => SpecAsync(draft with { Ct = CancellationToken.None }, task, sources, instance);
    }

    private async Task<TrainingSpec> SpecAsync(JobDraft draft, AutoMlTask task, IReadOnlyList<AutoMlSource> sources, InstanceSpec instance)
    {
        var staged = draft.Workspace.At(Staged(draft.Name));
        var channels = new List<ChannelSpec>();
        foreach (var source in sources)
            channels.Add(task.IsImage ? await data.LayImagesAsync(draft, source, task.Training.Layout.Label!, staged).ConfigureAwait(false) : await data.LayAsync(source, staged, draft.Ct).ConfigureAwait(false));
        var layout = task.Training.Layout with { Format = task.IsImage ? DataFormat.Images : sources[0].Format };
        if (sources[0].Table is { } table) layout = layout with { Only = table.Keep, Ignore = [.. layout.Ignore, .. table.Drop] };
        if (task.IsText && layout.Only.Count == 0) layout = layout with { Only = [.. (await data.ColumnsAsync(sources[0], draft.Ct).ConfigureAwait(false)).Where(c => c != layout.Label && !layout.Ignore.Contains(c))] };
        if (task.IsText) layout = layout with { Texts = [.. layout.Only.Where(c => c != layout.Label)] };
        var training = task.Training with { Layout = layout };
        var found = draft.Workspace.At(Found(draft.Name));
        return new TrainingSpec
        {
            Id = draft.EngineId,
            Owner = CommandJobPlanner.Owner,
            Name = draft.Name,
            Region = draft.Workspace.Location,
            Program = new AlgorithmProgram(training.Algorithm, JsonSerializer.Serialize(training, AlgorithmsJson.Default.TrainingRequest)),
            HyperParameters = training.HyperParameters,
            Channels = channels,
            Outputs = [new("model", "/opt/ml/model", found.Below("model/")), new("candidates", "/opt/ml/output/data/candidates", found.Below("candidates/"))],
            LogObject = draft.Workspace.At(JobNames.Log(draft.Name)),
            // What follows the search (the ensemble, writing) may take a little longer than the search's own budget.
            MaxRunTime = task.Limits.Budget * 2 + TimeSpan.FromMinutes(5),
            Instance = instance,
            Log = CommandJobPlanner.Log(draft.EngineId),
            Tags = draft.Properties.Texts("tags", "properties"),
        };
    }

    /// <summary>The one output of a search is its best model.</summary>
    private async Task OutputsAsync(JobDraft draft)
    {
        var outputs = draft.Properties.Object("outputs", "properties") ?? [];
        draft.Properties["outputs"] = outputs;
        foreach (var (name, _) in outputs)
            if (name != Best) throw ArmFault.Invalid($"properties.outputs.{name}", name, $"a search has the output {Best}");
        if (outputs[Best] is not JsonObject best) outputs[Best] = best = new JsonObject { ["jobOutputType"] = Outputs[0] };
        best.OneOf("jobOutputType", $"properties.outputs.{Best}", Outputs);
        best["uri"] = best.Text("uri", $"properties.outputs.{Best}") is { Length: > 0 } given ? given : DataUris.Uri($"azureml/{draft.Name}/{Best}/");
        await uris.ResolveAsync(draft.Workspace, (string)best["uri"]!, $"properties.outputs.{Best}.uri", draft.Ct).ConfigureAwait(false);
    }
}
