using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Command jobs: one program, supervised by the engine.</summary>
internal sealed class CommandJobs(CommandJobPlanner planner, ITrainingJobs jobs) : IJobType
{
    public string Name => "Command";

    public async Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft)
    {
        var spec = await planner.PlanAsync(draft).ConfigureAwait(false);
        return async () => (await jobs.SubmitAsync(spec, CancellationToken.None).ConfigureAwait(false)).Map(_ => Done.Value);
    }

    public async Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct) =>
        (await jobs.GetAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).TryGet(out var found, out _) ? Of(found) : new JobStanding("NotStarted");

    public async Task CancelAsync(ArmResource job, CancellationToken ct)
    {
        // One that ends at this very moment has nothing to be canceled.
        if ((await jobs.StopAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false)).Error is { Code: not ErrorCode.FailedPrecondition } error) throw ArmFault.Of(error, job.Id);
    }

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        var id = JobNames.Engine(job.Path);
        if (!(await jobs.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var found, out _)) return;
        if (!found.IsFinal)
        {
            await jobs.StopAsync(id, ct).ConfigureAwait(false);
            await jobs.WaitAsync(id, ct).ConfigureAwait(false);
        }
        await jobs.DeleteAsync(id, ct).ConfigureAwait(false);
    }

    public static JobStanding Of(TrainingJob job) => new(Status(job.State, job.TimedOut), job switch
    {
        { State: JobState.Failed } => new Error(ErrorCode.FailedPrecondition, job.Reason ?? "The program ended without success."),
        { State: JobState.Stopped, TimedOut: true } => new Error(ErrorCode.DeadlineExceeded, $"The job ran for longer than its limit of {job.Spec.MaxRunTime.TotalSeconds:0} s."),
        _ => null,
    })
    { Started = job.Started, Ended = job.Ended };

    /// <summary>Azure's word for a state of the engine's jobs.</summary>
    public static string Status(JobState state, bool timedOut = false) => state switch
    {
        JobState.Queued => "Queued",
        JobState.Downloading => "Preparing",
        JobState.Running => "Running",
        JobState.Uploading => "Finalizing",
        JobState.Stopping => "CancelRequested",
        JobState.Completed => "Completed",
        JobState.Failed => "Failed",
        // A job that ran into its limit did not end as its owner wished.
        _ => timedOut ? "Failed" : "Canceled",
    };
}
