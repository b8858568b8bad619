using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Schedules;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>What the clock calls when a schedule is due.</summary>
internal sealed class ScheduleTarget(ArmStore store, WorkspaceStore workspaces, IServiceProvider services) : ITimedTarget
{
    public const string Origin = "origin";

    public string Owner => "azure";

    public async Task<Result<Done>> FireAsync(TimedSpec spec, DateTimeOffset due, CancellationToken ct)
    {
        try
        {
            var schedule = await store.GetAsync(ArmId.Parse(spec.Id["azure".Length..]), ct).ConfigureAwait(false);
            var workspace = await workspaces.GetAsync(schedule.Path, ct).ConfigureAwait(false);
            var action = (JsonObject)schedule.Properties["action"]!;
            var type = ((IEnumerable<IScheduleAction>)services.GetService(typeof(IEnumerable<IScheduleAction>))!).First(a => a.Type == (string)action["actionType"]!);
            var job = workspace.Id.Child(JobNames.Plural, ScheduleNames.Job(schedule.Name, due));
            await type.FireAsync(new ScheduledAction(workspace, schedule.Path, action, (string)schedule.Secrets![Origin]!, schedule.CreatedBy), job, due, ct).ConfigureAwait(false);
            return Done.Value;
        }
        catch (ArmFault fault)
        {
            return new Error(ErrorCode.FailedPrecondition, fault.Message);
        }
    }
}
