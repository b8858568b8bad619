using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Schedules;

/// <summary>Creates a job of any type at every turn.</summary>
internal sealed class CreateJobAction(ArmStore store, JobTypes types, JobSubmission submission) : IScheduleAction
{
    private const string Field = "properties.action";

    public string Type => "CreateJob";

    // What every turn would be refused for is refused now: the job is prepared, and not started.
    public async Task CheckAsync(ScheduledAction scheduled, CancellationToken ct)
    {
        var body = Body(scheduled, scheduled.Id.Name);
        var properties = (JsonObject)body["properties"]!;
        properties["experimentName"] ??= "Default";
        await types.Of(properties).PrepareAsync(new JobDraft(scheduled.Workspace, scheduled.Workspace.Id.Child(JobNames.Plural, scheduled.Id.Name), properties, scheduled.Origin, ct)).ConfigureAwait(false);
    }

    public async Task FireAsync(ScheduledAction scheduled, ArmId job, DateTimeOffset due, CancellationToken ct)
    {
        if (await store.FindAsync(job, ct).ConfigureAwait(false) is not null) return;
        await submission.SubmitAsync(new JobRequest(scheduled.Workspace, job, Body(scheduled, job.Name), scheduled.Origin, scheduled.Actor), ct).ConfigureAwait(false);
    }

    private static JsonObject Body(ScheduledAction scheduled, string name)
    {
        var properties = (JsonObject)scheduled.Action.RequiredObject("jobDefinition", Field).DeepClone();
        properties["displayName"] ??= name;
        if (properties["properties"] is not JsonObject facts) properties["properties"] = facts = [];
        facts[ScheduleNames.NameFact] = scheduled.Id.Name;
        return new JsonObject { ["properties"] = properties };
    }
}
