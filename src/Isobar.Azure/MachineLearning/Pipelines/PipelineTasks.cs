using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>Runs the nodes of pipelines as jobs of the same workspace, children of the pipeline's.</summary>
internal sealed class PipelineTasks(ArmStore store, WorkspaceStore workspaces, JobSubmission submission, JobTypes types, ReusedJobs reused, DataUris uris, IObjectStore objects) : IPipelineTasks
{
    private const int MaxValue = 64 * 1024;

    public string Owner => CommandJobPlanner.Owner;

    // 1. What runs under the name already is attached to; 2. else the job is made and started.
    public async Task<Result<StepStatus>> StartAsync(PipelineTask task, CancellationToken ct)
    {
        // 1.
        var facts = PipelineFacts.Of(task.Execution);
        var id = Child(facts, task.Step.Name, task.Attempt);
        if (await store.FindAsync(id, ct).ConfigureAwait(false) is { } known && (await types.Of(known).ReadAsync(known, ct).ConfigureAwait(false)).Status != JobNames.NotStarted) return await LookAsync(task, ct).ConfigureAwait(false);
        // 2. A server that was killed between keeping a job and starting it has left one that nothing runs.
        try
        {
            var workspace = await workspaces.GetAsync(facts.Id, ct).ConfigureAwait(false);
            var body = new JsonObject { ["properties"] = NodeJob.Of(task.Step, task.Arguments as JsonObject ?? [], facts) };
            await submission.SubmitAsync(new JobRequest(workspace, id, body, facts.Origin, ArmActor.Unknown), ct).ConfigureAwait(false);
        }
        catch (ArmFault e) { return new Error(ErrorCode.InvalidArgument, e.Message); }
        return await LookAsync(task, ct).ConfigureAwait(false);
    }

    public async Task<StepStatus> LookAsync(PipelineTask task, CancellationToken ct)
    {
        var facts = PipelineFacts.Of(task.Execution);
        if (await store.FindAsync(Child(facts, task.Step.Name, task.Attempt), ct).ConfigureAwait(false) is not { } job) return new StepStatus(StepState.Failed, null, "The job of this node was deleted.");
        var standing = await types.Of(job).ReadAsync(job, ct).ConfigureAwait(false);
        var started = new JsonObject { ["job"] = job.Name };
        switch (standing.Status)
        {
            case "Completed":
                started["outputs"] = await OutputsAsync(task.Step, job, ct).ConfigureAwait(false);
                return new StepStatus(StepState.Succeeded, started);
            case "Failed":
                return new StepStatus(StepState.Failed, started, standing.Failure?.Message ?? "The job failed.");
            case "Canceled":
                return new StepStatus(StepState.Stopped, started, "The job was canceled.");
            default:
                return new StepStatus(StepState.Running, started);
        }
    }

    public async Task StopAsync(PipelineTask task, CancellationToken ct)
    {
        if (await store.FindAsync(Child(PipelineFacts.Of(task.Execution), task.Step.Name, task.Attempt), ct).ConfigureAwait(false) is not { } job) return;
        var type = types.Of(job);
        var status = (await type.ReadAsync(job, ct).ConfigureAwait(false)).Status;
        if (!JobNames.Final.Contains(status)) await type.CancelAsync(job, ct).ConfigureAwait(false);
    }

    /// <summary>What was taken over from an earlier run is shown as a job as well.</summary>
    public async Task EndedAsync(PipelineSpec execution, StepRun run, CancellationToken ct)
    {
        if (run.CachedFrom is null) return;
        var facts = PipelineFacts.Of(execution);
        var id = Child(facts, run.Step.Name, 1);
        if (await store.FindAsync(id, ct).ConfigureAwait(false) is not null) return;
        var workspace = await workspaces.GetAsync(facts.Id, ct).ConfigureAwait(false);
        var properties = NodeJob.Of(run.Step, run.Resolved as JsonObject ?? [], facts);
        var from = Expressions.Text(run.Outputs?["job"]);
        var told = (JsonObject)properties["properties"]!;
        told["azureml.isreused"] = "true";
        told["azureml.reusedrunid"] = from;
        var old = await store.FindAsync(workspace.Id.Child(JobNames.Plural, from), ct).ConfigureAwait(false);
        if (old?.Properties["outputs"] is { } outputs) properties["outputs"] = outputs.DeepClone();
        await submission.SubmitAsync(new JobRequest(workspace, id, new JsonObject { ["properties"] = properties }, facts.Origin, ArmActor.Unknown) { Kind = reused, Prepare = reused.PrepareAsync }, ct).ConfigureAwait(false);
    }

    /// <summary>The job of a node: the same name whenever it is asked for.</summary>
    public static ArmId Child(PipelineFacts facts, string step, int attempt)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{facts.Id.Key}/{step}/{attempt}")));
        return facts.Id.Parent.Child(JobNames.Plural, new Guid(hash.AsSpan(0, 16)).ToString());
    }

    /// <summary>What a job's outputs are to the nodes behind it: places, and of outputs that are values what was written there.</summary>
    private async Task<JsonObject> OutputsAsync(PipelineStep step, ArmResource job, CancellationToken ct)
    {
        var made = new JsonObject();
        var workspace = await workspaces.GetAsync(job.Path, ct).ConfigureAwait(false);
        foreach (var (name, output) in job.Properties["outputs"] as JsonObject ?? [])
        {
            var uri = Expressions.Text(output?["uri"]);
            var type = Expressions.Text(step.Data?["component"]?["outputs"]?[name]?["type"]);
            made[name] = type is "string" or "number" or "integer" or "boolean"
                ? Bindings.Literal(Value(await TextAsync(workspace, uri, ct).ConfigureAwait(false), type))
                : new JsonObject { ["jobInputType"] = output?["jobOutputType"]?.DeepClone() ?? "uri_folder", ["uri"] = uri };
        }
        return made;
    }

    private async Task<string> TextAsync(MlWorkspace workspace, string uri, CancellationToken ct)
    {
        var at = await uris.ResolveAsync(workspace, uri, "outputs", ct).ConfigureAwait(false);
        if (!(await objects.OpenAsync(at.Bucket, at.Key, ct: ct).ConfigureAwait(false)).TryGet(out var opened, out _)) return "";
        await using (opened)
        {
            if (opened.Length > MaxValue) return "";
            using var reader = new StreamReader(opened.Content);
            return (await reader.ReadToEndAsync(ct).ConfigureAwait(false)).Trim();
        }
    }

    private static JsonNode Value(string text, string type) => type switch
    {
        "boolean" => text is "true" or "True" or "1",
        "integer" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        "number" when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };
}
