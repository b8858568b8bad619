using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Candidates of a search as jobs of their own, done from the start.</summary>
internal sealed class AutoMlTrials : IStartedJobType
{
    /// <summary>Facts of a trial.</summary>
    public const string Score = "score", Errors = "errors";

    public string Name => "AutoMLTrial";

    public string Shown => "Command";

    public Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft) => Task.FromResult<Func<Task<Result<Done>>>>(() => Task.FromResult<Result<Done>>(Done.Value));

    public Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        var facts = AutoMlJobs.Facts(job);
        var standing = (string?)facts[Errors] is { } why ? new JobStanding("Failed", new Error(ErrorCode.FailedPrecondition, why)) : new JobStanding("Completed");
        return Task.FromResult(standing with { Started = job.Created, Ended = job.Created });
    }

    public Task CancelAsync(ArmResource job, CancellationToken ct) => Task.CompletedTask;

    public Task ReleaseAsync(ArmResource job, CancellationToken ct) => Task.CompletedTask;
}
