using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>Nodes whose results were taken over from an earlier run: command jobs that are done from the start.</summary>
internal sealed class ReusedJobs : IStartedJobType
{
    public string Name => "Reused";

    public string Shown => "Command";

    public Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft) => Task.FromResult<Func<Task<Result<Done>>>>(() => Task.FromResult<Result<Done>>(Done.Value));

    public Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct) => Task.FromResult(new JobStanding("Completed") { Started = job.Created, Ended = job.Created });

    public Task CancelAsync(ArmResource job, CancellationToken ct) => Task.CompletedTask;

    public Task ReleaseAsync(ArmResource job, CancellationToken ct) => Task.CompletedTask;
}
