using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>Pipeline jobs, on the engine's pipelines.</summary>
internal sealed class PipelineJobs(IPipelineExecutions executions, NodeComponents components) : IJobType
{
    public string Name => "Pipeline";

    // 1. Its inputs, and where its outputs go; 2. its steps; 3. the execution.
    public async Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft)
    {
        // 1.
        var properties = draft.Properties;
        if (properties.Text("sourceJobId", "properties") is { Length: > 0 }) throw ArmFault.Unsupported("properties.sourceJobId: give the jobs of the pipeline themselves.", "properties.sourceJobId");
        var jobs = properties.RequiredObject("jobs", "properties");
        var settings = PipelineSettings.Of(properties);
        var needs = new HashSet<string>();
        var inputs = new JsonObject();
        var none = new Bindings([], new Dictionary<string, (string, string?)>());
        foreach (var (name, value) in properties.Object("inputs", "properties") ?? []) inputs[name] = none.Input(value, $"properties.inputs.{name}", needs);
        var targets = new Dictionary<string, string>();
        var outputs = properties.Object("outputs", "properties") ?? [];
        properties["outputs"] = outputs;
        foreach (var (name, value) in outputs.ToList())
        {
            var output = value as JsonObject ?? new JsonObject { ["jobOutputType"] = "uri_folder" };
            if (output.Parent is null) outputs[name] = output;
            var isFile = Expressions.Text(output["jobOutputType"]) == "uri_file";
            output["uri"] ??= DataUris.Uri($"azureml/{draft.Name}/{name}{(isFile ? "" : "/")}");
            targets[name] = Expressions.Text(output["uri"]);
        }

        // 2.
        var steps = await new PipelineCompiler(draft.Workspace, components, settings, draft.Ct).CompileAsync(jobs, "properties.jobs", targets).ConfigureAwait(false);

        // 3.
        var spec = new PipelineSpec
        {
            Id = draft.EngineId,
            Owner = CommandJobPlanner.Owner,
            Steps = steps,
            KeepGoing = settings.KeepGoing,
            Variables = new JsonObject { ["inputs"] = inputs },
            OwnerData = new PipelineFacts(draft.Id.Text, Expressions.Text(properties["experimentName"]), draft.Origin).ToJson(),
        };
        return async () => (await executions.StartAsync(spec, CancellationToken.None).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        if (!(await executions.GetAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).TryGet(out var execution, out _)) return new JobStanding("NotStarted");
        return new JobStanding(execution.State switch
        {
            ExecutionState.Executing => execution.Steps.Any(s => s.Started is not null) ? "Running" : "Preparing",
            ExecutionState.Stopping => "CancelRequested",
            ExecutionState.Stopped => "Canceled",
            ExecutionState.Failed => "Failed",
            _ => "Completed",
        }, execution.State == ExecutionState.Failed ? new Error(ErrorCode.FailedPrecondition, execution.Reason ?? "A job of the pipeline failed.") : null)
        {
            Started = execution.Steps.Select(s => s.Started).Where(s => s is not null).Min(),
            Ended = execution.IsFinal ? execution.Changed : null,
        };
    }

    public async Task CancelAsync(ArmResource job, CancellationToken ct)
    {
        // One that ends at this very moment has nothing to be canceled.
        if ((await executions.StopAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.FailedPrecondition } error) throw ArmFault.Of(error, job.Id);
    }

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        var id = JobNames.Engine(job.Path);
        if (!(await executions.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var found, out _)) return;
        if (!found.IsFinal)
        {
            await executions.StopAsync(id, ct).ConfigureAwait(false);
            await executions.WaitAsync(id, ct).ConfigureAwait(false);
        }
        await executions.DeleteAsync(id, ct).ConfigureAwait(false);
    }
}
