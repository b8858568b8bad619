using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.MetadataStores;
using Isobar.Google.VertexAi.Pipelines.Kubeflow;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>Writes what tasks read and wrote into the project's default metadata store, as they go.</summary>
internal sealed class PipelineMetadata(MetadataTables tables, TimeProvider time)
{
    /// <summary>The contexts of a job: its pipeline's, and its own.</summary>
    public async Task<(Context Pipeline, Context Run)> ContextsAsync(PipelineFacts job, CancellationToken ct)
    {
        var store = await tables.StoreAsync(TaskPlace.Store(job), make: true, ct).ConfigureAwait(false);
        var pipeline = await tables.EnsureAsync(new Context { Name = PipelineContext(job), DisplayName = job.Pipeline, SchemaTitle = "system.Pipeline", SchemaVersion = "0.0.1", Metadata = new Struct() }, ct).ConfigureAwait(false);
        var run = await tables.EnsureAsync(new Context { Name = RunContext(job), DisplayName = job.Name.Id, SchemaTitle = "system.PipelineRun", SchemaVersion = "0.0.1", Metadata = new Struct(), ParentContexts = { pipeline.Name } }, ct).ConfigureAwait(false);
        return (pipeline, run);
    }

    public static string PipelineContext(PipelineFacts job) => $"{TaskPlace.Store(job)}/contexts/{job.Pipeline}";

    public static string RunContext(PipelineFacts job) => $"{TaskPlace.Store(job)}/contexts/{job.Name.Id}";

    public Task BeganAsync(PipelineFacts job, PipelineTask task, CancellationToken ct) =>
        WriteAsync(job, new StepRun { Step = task.Step, State = StepState.Running, Resolved = task.Arguments, Started = time.GetUtcNow() }, ct);

    public Task EndedAsync(PipelineFacts job, StepRun run, CancellationToken ct) =>
        run.Step.Kind is PipelineCompiler.Container or PipelineCompiler.Importer or PipelineCompiler.Dag && run.Started is not null ? WriteAsync(job, run, ct) : Task.CompletedTask;

    // 1. the artifacts; 2. the execution; 3. which it read and wrote; 4. all of them in the run's contexts.
    private async Task WriteAsync(PipelineFacts job, StepRun run, CancellationToken ct)
    {
        // 1.
        var execution = Execution(job, run);
        List<(Artifact Artifact, Event.Types.Type Type)> artifacts =
        [
            .. Artifacts(run.Resolved).Select(a => (a.Artifact, Event.Types.Type.Input)),
            .. run.IsFinal ? Artifacts(run.Outputs).Select(a => (a.Artifact, Event.Types.Type.Output)) : [],
        ];
        foreach (var (artifact, _) in artifacts.Where(a => a.Type == Event.Types.Type.Output)) await tables.PutAsync(artifact, ct).ConfigureAwait(false);
        // 2.
        await tables.PutAsync(execution, ct).ConfigureAwait(false);
        // 3.
        await tables.AddEventsAsync(execution.Name, artifacts.Where(a => a.Artifact.Name.Length > 0).Select(a => new Event { Artifact = a.Artifact.Name, Execution = execution.Name, Type = a.Type }), ct).ConfigureAwait(false);
        // 4.
        foreach (var context in new[] { PipelineContext(job), RunContext(job) })
            await tables.AddMembersAsync(context, artifacts.Select(a => a.Artifact.Name).Where(n => n.Length > 0).Append(execution.Name), ct).ConfigureAwait(false);
    }

    /// <summary>A step as an execution of the store.</summary>
    public static Execution Execution(PipelineFacts job, StepRun run)
    {
        var facts = new JsonObject();
        foreach (var (name, value) in run.Resolved?["parameters"] as JsonObject ?? []) facts["input:" + name] = value?.DeepClone();
        foreach (var (name, value) in run.Outputs?["parameters"] as JsonObject ?? []) facts["output:" + name] = value?.DeepClone();
        return new Execution
        {
            Name = TaskPlace.Execution(job, run.Step.Name),
            DisplayName = Expressions.Text(run.Step.Data?["title"]) is { Length: > 0 } title ? title : run.Declared,
            SchemaTitle = run.Step.Kind switch { PipelineCompiler.Dag => "system.DagExecution", PipelineCompiler.Importer => "system.ImporterExecution", _ => "system.ContainerExecution" },
            SchemaVersion = "0.0.1",
            State = run switch
            {
                { CachedFrom: not null } => V1.Execution.Types.State.Cached,
                { State: StepState.Running or StepState.Pending } => V1.Execution.Types.State.Running,
                { State: StepState.Succeeded } => V1.Execution.Types.State.Complete,
                { State: StepState.Failed } => V1.Execution.Types.State.Failed,
                _ => V1.Execution.Types.State.Cancelled,
            },
            CreateTime = (run.Started ?? DateTimeOffset.UnixEpoch).ToTimestamp(),
            UpdateTime = (run.Ended ?? run.Started ?? DateTimeOffset.UnixEpoch).ToTimestamp(),
            Metadata = StructJson.Write(facts),
        };
    }

    /// <summary>The artifacts in arguments or outputs.</summary>
    public static IEnumerable<(string Key, Artifact Artifact)> Artifacts(JsonNode? values) =>
        from list in values?["artifacts"] as JsonObject ?? []
        from artifact in list.Value as JsonArray ?? []
        where artifact is JsonObject
        select (list.Key, Artifact((JsonObject)artifact, list.Key));

    private static Artifact Artifact(JsonObject told, string key) => new()
    {
        Name = Expressions.Text(told["name"]),
        DisplayName = key,
        Uri = Expressions.Text(told["uri"]),
        State = V1.Artifact.Types.State.Live,
        SchemaTitle = Expressions.Text(told["type"]?["schemaTitle"]) is { Length: > 0 } title ? title : "system.Artifact",
        SchemaVersion = Expressions.Text(told["type"]?["schemaVersion"]) is { Length: > 0 } version ? version : "0.0.1",
        Metadata = StructJson.Write(told["metadata"] as JsonObject ?? []),
    };
}
