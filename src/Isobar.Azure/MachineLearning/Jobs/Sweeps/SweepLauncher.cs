using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Tuning;

namespace Isobar.Azure.MachineLearning.Jobs.Sweeps;

/// <summary>Starts a trial as a command job of the workspace, named after its sweep.</summary>
internal sealed class SweepLauncher(ArmStore store, WorkspaceStore workspaces, JobSubmission submission) : ITrialLauncher
{
    public string Owner => CommandJobPlanner.Owner;

    public async Task<Result<string>> LaunchAsync(TuningSpec tuning, TrialRequest trial, CancellationToken ct)
    {
        var (number, values, _) = trial;
        var plan = SweepPlan.Parse(tuning.LauncherData);
        var id = plan.Trial(number);
        if (await store.FindAsync(id, ct).ConfigureAwait(false) is not null) return JobNames.Engine(id);
        try
        {
            var actor = (await store.FindAsync(plan.Sweep, ct).ConfigureAwait(false))?.CreatedBy ?? ArmActor.Unknown;
            await submission.SubmitAsync(new JobRequest(await workspaces.GetAsync(id, ct).ConfigureAwait(false), id, new JsonObject { ["properties"] = plan.Job(number, values) }, plan.Origin, actor), ct).ConfigureAwait(false);
            return JobNames.Engine(id);
        }
        catch (ArmFault fault)
        {
            return new Error(ErrorCode.InvalidArgument, fault.Message);
        }
    }
}
