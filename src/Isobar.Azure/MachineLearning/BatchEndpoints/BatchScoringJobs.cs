using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>Jobs that batch endpoints start. The service shows them as pipeline jobs; the engine has each either as a batch or as a program's run.</summary>
internal sealed class BatchScoringJobs(IBatchJobs batches, CommandJobs programs) : IStartedJobType
{
    public string Name => "BatchScoring";

    public string Shown => "Pipeline";

    public Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft) => throw new NotSupportedException("A batch endpoint prepares its own jobs.");

    public async Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        var id = JobNames.Engine(job.Path);
        if (!(await batches.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var batch, out _)) return await programs.ReadAsync(job, ct).ConfigureAwait(false);
        return new JobStanding(CommandJobs.Status(batch.State), batch.State == JobState.Failed ? new Error(ErrorCode.FailedPrecondition, batch.Reason ?? "The batch failed.") : null) { Started = batch.Started, Ended = batch.Ended };
    }

    public async Task CancelAsync(ArmResource job, CancellationToken ct)
    {
        var stopped = await batches.StopAsync(JobNames.Engine(job.Path), ct).ConfigureAwait(false);
        if (stopped.Error is { Code: ErrorCode.NotFound }) await programs.CancelAsync(job, ct).ConfigureAwait(false);
        else if (stopped.Error is { Code: not ErrorCode.FailedPrecondition } error) throw ArmFault.Of(error, job.Id);
    }

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        var id = JobNames.Engine(job.Path);
        if (!(await batches.GetAsync(id, ct).ConfigureAwait(false)).TryGet(out var batch, out _))
        {
            await programs.ReleaseAsync(job, ct).ConfigureAwait(false);
            return;
        }
        if (!batch.IsFinal)
        {
            await batches.StopAsync(id, ct).ConfigureAwait(false);
            await batches.WaitAsync(id, ct).ConfigureAwait(false);
        }
        await batches.DeleteAsync(id, ct).ConfigureAwait(false);
    }
}
