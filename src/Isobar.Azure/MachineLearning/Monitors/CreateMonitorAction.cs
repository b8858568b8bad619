using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Datastores;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.MachineLearning.Schedules;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Monitors;

/// <summary>Looks at a model's data at every turn: drift of its inputs and answers, and their quality.</summary>
internal sealed class CreateMonitorAction(ArmStore store, DataUris uris, MonitorJobs monitors, JobSubmission submission) : IScheduleAction
{
    private const string Field = "properties.action";

    public string Type => "CreateMonitor";

    public async Task CheckAsync(ScheduledAction scheduled, CancellationToken ct)
    {
        var definition = scheduled.Action.RequiredObject("monitorDefinition", Field);
        definition.RequiredObject("computeConfiguration", Field + ".monitorDefinition").OneOf("computeType", Field + ".monitorDefinition.computeConfiguration", "ServerlessSpark");
        foreach (var signal in MonitorSignal.ReadAll(definition))
            foreach (var (name, data) in new[] { ("productionData", signal.Production), ("referenceData", signal.Reference) })
                await uris.ResolveAsync(scheduled.Workspace, data.Uri, $"{Field}.monitorDefinition.signals.{signal.Name}.{name}.uri", ct).ConfigureAwait(false);
    }

    public async Task FireAsync(ScheduledAction scheduled, ArmId job, DateTimeOffset due, CancellationToken ct)
    {
        if (await store.FindAsync(job, ct).ConfigureAwait(false) is not null) return;
        var definition = (JsonObject)scheduled.Action["monitorDefinition"]!;
        var properties = new JsonObject
        {
            ["displayName"] = job.Name,
            ["experimentName"] = scheduled.Id.Name,
            ["outputs"] = new JsonObject { [MonitorJobs.OutputName] = new JsonObject { ["jobOutputType"] = "uri_folder", ["uri"] = DataUris.Uri(MonitorJobs.Output(job.Name)) } },
            ["properties"] = new JsonObject { [ScheduleNames.NameFact] = scheduled.Id.Name },
        };
        await submission.SubmitAsync(new JobRequest(scheduled.Workspace, job, new JsonObject { ["properties"] = properties }, scheduled.Origin, scheduled.Actor)
        {
            Kind = monitors,
            Prepare = draft => Task.FromResult<Func<Task<Result<Done>>>>(async () =>
            {
                await monitors.BeginAsync(draft.Id, definition, due).ConfigureAwait(false);
                return Done.Value;
            }),
        }, ct).ConfigureAwait(false);
    }
}
