using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;

namespace Isobar.Azure.MachineLearning.Jobs.Sweeps;

/// <summary>Sweep jobs: the engine's tuning over command jobs, each trial a job of its own.</summary>
internal sealed class SweepJobs(ITuningJobs tuning, CommandJobPlanner planner, CommandJobs trials, JobChildren children, ArmStore store, EngineOptions options) : IJobType
{
    private const string BestFact = "best_child_run_id", ScoreFact = "score", Most = "properties";

    public string Name => "Sweep";

    // 1. The settings. 2. A trial with values of the space is planned, so that what every trial would fail of is refused at once.
    public async Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft)
    {
        // 1.
        var spec = SweepPlan.Tuning(draft, options.MaxQueuedJobs);

        // 2.
        var sample = SweepPlan.Of(draft).Job(1, spec.Ranges.ToDictionary(r => r.Name, r => r.Values?[0] ?? (r.Min ?? r.Mean!).Value.ToString("R", CultureInfo.InvariantCulture)));
        await planner.PlanAsync(draft with { Id = SweepPlan.Of(draft).Trial(1), Properties = sample }).ConfigureAwait(false);
        if (draft.Properties["limits"] is not JsonObject limits) draft.Properties["limits"] = limits = new JsonObject { ["jobLimitsType"] = "Sweep" };
        limits["maxTotalTrials"] ??= spec.MaxTrials;
        limits["maxConcurrentTrials"] ??= spec.MaxParallel;
        return async () => (await tuning.SubmitAsync(spec, CancellationToken.None).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        if (!(await tuning.GetAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).TryGet(out var found, out _)) return new JobStanding("NotStarted");
        var crowned = found is { IsFinal: true, Best: { } best } && (job.Properties[Most] as JsonObject)?[BestFact] is null ? await CrownAsync(job, best, ct).ConfigureAwait(false) : null;
        return new JobStanding(CommandJobs.Status(found.State), found.State == JobState.Failed ? new Error(ErrorCode.FailedPrecondition, found.Reason ?? "No trial succeeded.") : null) { Started = found.Created, Ended = found.Ended, Job = crowned };
    }

    public async Task CancelAsync(ArmResource job, CancellationToken ct)
    {
        if ((await tuning.StopAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.FailedPrecondition } error) throw ArmFault.Of(error, job.Id);
    }

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        var id = JobNames.Engine(job.Path);
        if ((await tuning.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var found, out _) && !found.IsFinal)
        {
            await tuning.StopAsync(id, ct).ConfigureAwait(false);
            await tuning.WaitAsync(id, ct).ConfigureAwait(false);
        }
        await children.DropAsync(job, child => trials.ReleaseAsync(child, ct), ct).ConfigureAwait(false);
    }

    /// <summary>Writes down which trial was best. Its outputs are the sweep's.</summary>
    private async Task<ArmResource?> CrownAsync(ArmResource job, Trial best, CancellationToken ct)
    {
        var plan = SweepPlan.Of(job);
        var child = await store.FindAsync(plan.Trial(best.Number), ct).ConfigureAwait(false);
        return await store.ChangeAsync(job.Path, r => r.With(properties =>
        {
            if (properties[Most] is not JsonObject facts) properties[Most] = facts = [];
            (facts[BestFact], facts["best_metric_status"], facts[ScoreFact]) = (plan.Trial(best.Number).Name, "Succeeded", best.Objective!.Value.ToString("R", CultureInfo.InvariantCulture));
            if (child?.Properties["outputs"] is JsonObject outputs) properties["outputs"] = outputs.DeepClone();
        }), ct).ConfigureAwait(false);
    }
}
