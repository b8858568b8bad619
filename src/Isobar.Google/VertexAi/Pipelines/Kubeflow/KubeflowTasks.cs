using System.Text.Json.Nodes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;
using Isobar.Engine.State;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;
using EngineState = Isobar.Engine.Training.JobState;

namespace Isobar.Google.VertexAi.Pipelines.Kubeflow;

/// <summary>Runs the tasks of Kubeflow's pipelines: a container is a custom job of the same project, an importer is done at once.</summary>
internal sealed class KubeflowTasks(IStateStore state, ITrainingJobs jobs, TaskPlanner planner, ExecutorOutput output, PipelineMetadata metadata) : IPipelineTasks
{
    private readonly ResourceTable<CustomJob> _jobs = new(state, "customJobs");

    public string Owner => CustomJobPlanner.Owner;

    // 1. what runs under the name already is attached to; 2. else the custom job is kept, then started.
    public async Task<Result<StepStatus>> StartAsync(PipelineTask task, CancellationToken ct)
    {
        if (task.Step.Kind == PipelineCompiler.Importer) return Imported(task);
        // 1.
        var place = TaskPlace.Of(task);
        await metadata.BeganAsync(place.Job, task, ct).ConfigureAwait(false);
        if ((await jobs.GetAsync(Engine(place), ct).ConfigureAwait(false)).IsOk) return await LookAsync(task, ct).ConfigureAwait(false);
        // 2.
        try
        {
            var (job, spec) = planner.Plan(task);
            await _jobs.PutAsync(job.Name, job, ct).ConfigureAwait(false);
            if ((await jobs.SubmitAsync(spec, ct).ConfigureAwait(false)).Error is { } error) return error;
        }
        catch (FormatException e) { return new Error(ErrorCode.InvalidArgument, e.Message); }
        catch (RpcException e) { return new Error((ErrorCode)(int)e.StatusCode, e.Status.Detail); }
        return await LookAsync(task, ct).ConfigureAwait(false);
    }

    public async Task<StepStatus> LookAsync(PipelineTask task, CancellationToken ct)
    {
        var place = TaskPlace.Of(task);
        var started = new JsonObject { ["job"] = place.CustomJob };
        if (!(await jobs.GetAsync(Engine(place), ct).ConfigureAwait(false)).TryGet(out var job, out var error)) return new StepStatus(StepState.Failed, started, error.Message);
        switch (job.State)
        {
            case EngineState.Completed:
                var outputs = await output.ReadAsync(task, ct).ConfigureAwait(false);
                if (job.Spec.Program is AlgorithmProgram) AddMetrics(task.Step, outputs, job.FinalMetrics);
                outputs["job"] = place.CustomJob;
                return new StepStatus(StepState.Succeeded, outputs);
            case EngineState.Failed:
                return new StepStatus(StepState.Failed, started, job.Reason ?? "The program ended without success.");
            case EngineState.Stopped:
                return job.TimedOut ? new StepStatus(StepState.Failed, started, "The task ran for longer than its limit.") : new StepStatus(StepState.Stopped, started);
            default:
                return new StepStatus(StepState.Running, started);
        }
    }

    public async Task StopAsync(PipelineTask task, CancellationToken ct) => await jobs.StopAsync(Engine(TaskPlace.Of(task)), ct).ConfigureAwait(false);

    public Task EndedAsync(PipelineSpec execution, StepRun run, CancellationToken ct) => metadata.EndedAsync(PipelineFacts.Of(execution), run, ct);

    private static string Engine(TaskPlace place) => ResourceName.Parse(place.CustomJob, "customJobs").Engine;

    private static Result<StepStatus> Imported(PipelineTask task)
    {
        var place = TaskPlace.Of(task);
        var importer = task.Step.Data!["executor"]!["importer"]!;
        var fill = new Placeholders(ExecutorInput.Of(task), place, Expressions.Text(task.Step.Data["title"]));
        var named = Expressions.Text(importer["artifactUri"]?["runtimeParameter"]);
        var uri = fill.Fill(named.Length > 0 ? Expressions.Text(task.Arguments?["parameters"]?[named]) : Expressions.Text(TaskInputs.Constant(importer["artifactUri"])));
        if (uri.Length == 0) return new Error(ErrorCode.InvalidArgument, "The importer's artifactUri is empty.");
        var artifacts = new JsonObject();
        foreach (var (name, artifact) in ExecutorInput.Artifacts(task.Step, place))
        {
            artifact["uri"] = uri;
            if (importer["typeSchema"] is { } type) artifact["type"] = type.DeepClone();
            if (importer["metadata"] is JsonObject given) artifact["metadata"] = Filled(given, fill);
            // What was imported before is the same artifact, unless it is to be imported anew: steps behind it may be taken from the cache.
            if (Expressions.Text(importer["reimport"]) != "true") artifact["name"] = $"{TaskPlace.Store(place.Job)}/artifacts/{TaskPlace.Number(uri, $"{artifact["type"]?.ToJsonString()}{artifact["metadata"]?.ToJsonString()}")}";
            artifacts[name] = new JsonArray(artifact);
        }
        return new StepStatus(StepState.Succeeded, new JsonObject { ["parameters"] = new JsonObject(), ["artifacts"] = artifacts });
    }

    private static JsonNode? Filled(JsonNode? node, Placeholders fill) => node switch
    {
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(fill.Fill(p.Key), Filled(p.Value, fill)))),
        JsonArray a => new JsonArray([.. a.Select(e => Filled(e, fill))]),
        JsonValue value when value.TryGetValue<string>(out var text) => fill.Fill(text),
        _ => node?.DeepClone(),
    };

    /// <summary>An algorithm writes no files of Kubeflow's: its metrics go into artifacts of metrics, and into parameters of their names.</summary>
    private static void AddMetrics(PipelineStep step, JsonObject outputs, IReadOnlyList<JobMetric> metrics)
    {
        foreach (var metric in metrics)
        {
            var name = metric.Name[(metric.Name.LastIndexOf(':') + 1)..];
            foreach (var (key, _) in step.Data?["outputs"]?["parameters"] as JsonObject ?? [])
                if (key == name || key == metric.Name.Replace(':', '_')) outputs["parameters"]![key] = metric.Value;
            foreach (var (_, list) in (JsonObject)outputs["artifacts"]!)
                if (list is JsonArray { Count: > 0 } all && all[0]?["metadata"] is JsonObject told && Expressions.Text(all[0]!["type"]?["schemaTitle"]) == "system.Metrics") told[metric.Name.Replace(':', '_')] = metric.Value;
        }
    }
}
