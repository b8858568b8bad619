using System.Text.Json.Nodes;
using Isobar.Engine.Pipelines;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>Turns a task's container into a custom job, as Vertex AI does: its inputs are laid where mounted buckets would have them, its folder is stored at the end.</summary>
internal sealed class TaskPlanner(CustomJobPlanner planner, PythonRuntime python)
{
    /// <exception cref="FormatException">A placeholder names what is not there.</exception>
    public (CustomJob Job, TrainingSpec Spec) Plan(PipelineTask task)
    {
        var place = TaskPlace.Of(task);
        var title = Expressions.Text(task.Step.Data?["title"]);
        var container = (JsonObject)task.Step.Data!["executor"]!["container"]!;
        var input = ExecutorInput.Of(task);
        var fill = new Placeholders(input, place, title);
        var pool = new ContainerSpec { ImageUri = Expressions.Text(container["image"]) };
        pool.Command.Add(fill.Words(container["command"]));
        pool.Args.Add(fill.Words(container["args"]));
        foreach (var variable in container["env"] as JsonArray ?? []) pool.Env.Add(new EnvVar { Name = Expressions.Text(variable?["name"]), Value = fill.Fill(Expressions.Text(variable?["value"])) });
        if (PythonRuntime.Missing([.. pool.Command, .. pool.Args]) is { } missing) throw new FormatException(missing);
        var job = new CustomJob
        {
            Name = place.CustomJob,
            DisplayName = title.Length > 128 ? title[..128] : title,
            JobSpec = new CustomJobSpec { WorkerPoolSpecs = { new WorkerPoolSpec { ContainerSpec = pool, ReplicaCount = 1, MachineSpec = new MachineSpec { MachineType = "e2-standard-4" } } } },
            Labels = { ["vertex-ai-pipelines-job"] = place.Job.Name.Id },
        };
        var spec = planner.Plan(ResourceName.Parse(place.CustomJob, "customJobs"), job, place.Job.Origin);
        var environment = new Dictionary<string, string>(spec.Environment);
        foreach (var (name, value) in python.Variables(place)) environment[name] = value;
        foreach (var variable in pool.Env) environment[variable.Name] = variable.Value;
        return (job, spec with
        {
            Environment = environment,
            Channels = [.. spec.Channels, .. Mounts(input)],
            Folders = [.. spec.Folders, TaskPlace.Local(Gcs.Uri(place.Folder)).TrimEnd('/')],
            Outputs = [.. spec.Outputs, new FolderOutput("task", TaskPlace.Local(Gcs.Uri(place.Folder)).TrimEnd('/'), place.Folder)],
            ModelOutput = spec.Program is AlgorithmProgram && Model(task.Step) is { } model ? place.Folder.Below(model + "/model.tar.gz") : spec.ModelOutput,
        });
    }

    /// <summary>The output that an algorithm's model becomes: the first one that is a model by its type.</summary>
    public static string? Model(PipelineStep step) => ((step.Data?["outputs"]?["artifacts"] as JsonObject) ?? [])
        .Where(o => Expressions.Text(o.Value?["artifactType"]?["schemaTitle"]).EndsWith("Model", StringComparison.Ordinal)).Select(o => o.Key).FirstOrDefault();

    private static IEnumerable<ChannelSpec> Mounts(JsonObject input)
    {
        var uris = (input["inputs"]!["artifacts"] as JsonObject ?? []).SelectMany(a => a.Value?["artifacts"] as JsonArray ?? []).Select(a => Expressions.Text(a?["uri"])).Where(u => u.StartsWith("gs://", StringComparison.Ordinal)).Distinct();
        return uris.Select((uri, i) =>
        {
            var at = Gcs.Parse(uri, "artifact.uri");
            var folder = at.Key.TrimEnd('/');
            return new ChannelSpec($"artifact-{i}", at, ChannelSourceKind.Mounted) { LocalFolder = TaskPlace.Local($"gs://{at.Bucket.Name}/{folder[..(folder.LastIndexOf('/') + 1)]}").TrimEnd('/') };
        });
    }
}
