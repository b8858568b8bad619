using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Mlflow;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>A job that somebody wants: a caller, a sweep, a schedule or an endpoint.</summary>
/// <param name="Body">Its fields; they are completed in place.</param>
/// <param name="Origin">Where its code reaches this emulator.</param>
internal sealed record JobRequest(MlWorkspace Workspace, ArmId Id, JsonObject Body, string Origin, ArmActor Actor)
{
    /// <summary>What runs it, where that is not told by its <c>jobType</c>.</summary>
    public IStartedJobType? Kind { get; init; }

    /// <summary>With <see cref="Kind"/>: what prepares this one.</summary>
    public Func<JobDraft, Task<Func<Task<Result<Done>>>>>? Prepare { get; init; }
}

/// <summary>Checks, keeps and starts new jobs.</summary>
internal sealed class JobSubmission(ArmStore store, JobTypes types, JobRuns runs)
{
    // 1. Check and complete. 2. Keep it, and its run: both are there before the code that names them. 3. Start it; what does not begin is not kept.
    public async Task<ArmResource> SubmitAsync(JobRequest request, CancellationToken ct)
    {
        // 1.
        var (workspace, id, properties) = (request.Workspace, request.Id, (JsonObject)request.Body["properties"]!);
        var type = request.Kind is null ? types.Of(properties) : null;
        properties["jobType"] = type?.Name ?? request.Kind!.Shown;
        properties["experimentName"] = properties.Text("experimentName", "properties") is { Length: > 0 } experiment ? experiment : "Default";
        properties["displayName"] = properties.Text("displayName", "properties") is { Length: > 0 } display ? display : id.Name;
        properties["isArchived"] = properties.Flag("isArchived", "properties") ?? false;
        properties.Object("properties", "properties");
        properties.Texts("tags", "properties");
        properties["tags"] ??= new JsonObject();
        properties["properties"] ??= new JsonObject();
        var start = await (request.Prepare ?? type!.PrepareAsync)(new JobDraft(workspace, id, properties, request.Origin, ct)).ConfigureAwait(false);
        properties["services"] ??= new JsonObject
        {
            ["Tracking"] = new JsonObject { ["jobServiceType"] = "Tracking", ["endpoint"] = $"azureml://{new Uri(request.Origin).Authority}{workspace.TrackingPath}?" },
        };

        // 2.
        var secrets = request.Kind is { } kind ? new JsonObject { [JobTypes.RunBy] = kind.Name } : null;
        var resource = await store.PutAsync(id, request.Body, secrets, request.Actor, ct).ConfigureAwait(false);
        await runs.EnsureAsync(workspace, resource, ct).ConfigureAwait(false);

        // 3.
        if ((await start().ConfigureAwait(false)).Error is not { } error) return resource;
        await runs.ForgetAsync(resource).ConfigureAwait(false);
        await store.DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
        throw ArmFault.Of(error, id.Text);
    }
}
