using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Schedules;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>Schedules: a trigger of the clock, and what it does.</summary>
internal sealed class ScheduleOperations(ArmStore store, ArmKinds kinds, ArmOperations operations, WorkspaceStore workspaces, ITimedSchedules clock, IEnumerable<IScheduleAction> actions)
{
    private static readonly string[] Documented = ["CreateJob", "CreateMonitor", "ImportData", "InvokeBatchEndpoint"];

    // 1. Check the trigger and the action. 2. Keep it. 3. Set the clock.
    public async Task<ArmReply> PutAsync(ArmCall call)
    {
        // 1.
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        Ml.CheckName("name", call.Id.Name);
        var body = (await call.BodyAsync().ConfigureAwait(false)).WithoutOwned();
        var properties = body.RequiredObject("properties", "");
        var id = workspace.Id.Child(ScheduleNames.Plural, call.Id.Name);
        properties["isEnabled"] = properties.Flag("isEnabled", "properties") ?? true;
        properties["displayName"] ??= id.Name;
        properties.Texts("tags", "properties");
        var spec = ScheduleTrigger.Read(id, properties);
        var action = properties.RequiredObject("action", "properties");
        await Of(action).CheckAsync(new ScheduledAction(workspace, id, action, call.Origin, call.Actor), call.Ct).ConfigureAwait(false);

        // 2.
        var (resource, isNew) = await store.PutAsync(call, id, body, new JsonObject { [ScheduleTarget.Origin] = call.Origin }).ConfigureAwait(false);

        // 3.
        if ((await clock.PutAsync(spec, call.Ct).ConfigureAwait(false)).Error is { } error)
        {
            if (isNew) await store.DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw ArmFault.Of(error, "properties.trigger." + (error.Faults.FirstOrDefault()?.Field is { } field ? field == "cron" ? "expression" : field : ""));
        }
        var operation = await operations.StartAsync(resource.Path, OperationGoal.Provisioned, workspace.Location, call.Ct).ConfigureAwait(false);
        return ArmReply.Put(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource, isNew, operation);
    }

    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        await workspaces.GetAsync(call).ConfigureAwait(false);
        var resource = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
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
        IEnumerable<ArmResource> all = await store.ChildrenAsync(workspace.Id, ScheduleNames.Plural, call.Ct).ConfigureAwait(false);
        var view = call.Query("listViewType") ?? "EnabledOnly";
        if (view is not ("EnabledOnly" or "DisabledOnly" or "All")) throw ArmFault.Invalid("listViewType", view, "must be one of EnabledOnly, DisabledOnly, All");
        if (view != "All") all = all.Where(s => ((bool?)s.Properties["isEnabled"] ?? true) == (view == "EnabledOnly"));
        return await call.PageAsync([.. all], rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }

    private IScheduleAction Of(JsonObject action)
    {
        var type = action.OneOf("actionType", "properties.action", Documented);
        return actions.FirstOrDefault(a => a.Type == type) ?? throw ArmFault.Unsupported($"Schedules of type {type} are not supported here; {string.Join(", ", actions.Select(a => a.Type))} are.", "properties.action.actionType");
    }
}
