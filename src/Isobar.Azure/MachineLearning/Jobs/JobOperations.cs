using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Assets;
using Isobar.Azure.MachineLearning.Schedules;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.State;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Jobs of every type.</summary>
internal sealed class JobOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, NameLocks locks, WorkspaceStore workspaces, JobTypes types, JobSubmission submission)
{
    /// <summary>What may be changed of a job that there is.</summary>
    private static readonly string[] Changeable = ["displayName", "description", "tags", "properties", "isArchived"];

    // 1. Check. 2. A job that there is only changes its description. 3. A new one is kept and started.
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        // 1.
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        Ml.CheckName("id", call.Id.Name);
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var properties = body.RequiredObject("properties", "");
        var id = workspace.Id.Child(JobNames.Plural, call.Id.Name);
        using var held = await locks.EnterAsync(id.Key, call.Ct).ConfigureAwait(false);

        // 2.
        if (await store.FindAsync(id, call.Ct).ConfigureAwait(false) is { } old) return await ChangeAsync(call, old, properties).ConfigureAwait(false);

        // 3.
        call.CheckConditions(null);
        var resource = await submission.SubmitAsync(new JobRequest(workspace, id, body, call.Origin, call.Actor), call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew: true);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> CancelAsync(ArmCall call)
    {
        var resource = await workspaces.FindAsync(call).ConfigureAwait(false);
        var type = types.Of(resource);
        var standing = await type.ReadAsync(resource, call.Ct).ConfigureAwait(false);
        if (JobNames.Final.Contains(standing.Status)) throw new ArmFault(400, "UserError", $"The job '{resource.Name}' is {standing.Status} and cannot be canceled.", resource.Id);
        await type.CancelAsync(resource, call.Ct).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(resource.Path, OperationGoal.Ended, (await workspaces.GetAsync(call).ConfigureAwait(false)).Location, call.Ct).ConfigureAwait(false));
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, workspace.Location, CancellationToken.None).ConfigureAwait(false));
    }

    public async Task<ArmReply> ListAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        IEnumerable<ArmResource> all = await store.ChildrenAsync(workspace.Id, JobNames.Plural, call.Ct).ConfigureAwait(false);
        // What a job has started is found through that job.
        var parent = call.Query(JobNames.Parent);
        all = all.Where(j => ListView.Shows(call, j) && (string?)j.Properties[JobNames.Parent] == parent).OrderByDescending(j => j.Created);
        if (call.Query("jobType") is { } type) all = all.Where(j => type.Equals((string?)j.Properties["jobType"], StringComparison.OrdinalIgnoreCase));
        if (call.Query("scheduleId") is { } schedule) all = all.Where(j => (string?)(j.Properties["properties"] as JsonObject)?[ScheduleNames.NameFact] == schedule);
        if (call.Query("tag") is { } tag) all = all.Where(j => ListView.HasTag(j, tag));
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    private async Task<ArmReply> ChangeAsync(ArmCall call, ArmResource old, JsonObject properties)
    {
        foreach (var fixedField in new[] { "jobType", "command", "codeId" })
            if (properties[fixedField] is { } given && !JsonNode.DeepEquals(given, old.Properties[fixedField]))
                throw ArmFault.Conflict($"The job '{old.Name}' exists, and {fixedField} cannot be changed. Give the new job another name.", $"properties.{fixedField}");
        properties.Flag("isArchived", "properties");
        properties.Texts("tags", "properties");
        properties.Object("properties", "properties");
        var body = (JsonObject)old.Body.DeepClone();
        foreach (var name in Changeable)
            if (properties[name] is { } value) body["properties"]![name] = value.DeepClone();
        var (resource, _) = await store.PutAsync(call, old.Path, body).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew: false);
    }
}
