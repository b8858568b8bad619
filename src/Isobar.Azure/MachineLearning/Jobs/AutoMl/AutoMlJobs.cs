using System.Text.Json.Nodes;
using System.Threading.Channels;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs.AutoMl;

/// <summary>Searches whose end is waited for.</summary>
internal sealed class AutoMlWaiting
{
    private readonly Channel<ArmId> _jobs = Channel.CreateUnbounded<ArmId>();

    public void Add(ArmId job) => _jobs.Writer.TryWrite(job);

    public IAsyncEnumerable<ArmId> AllAsync(CancellationToken ct) => _jobs.Reader.ReadAllAsync(ct);
}

/// <summary>AutoML jobs: the engine's search, on tables, texts, pictures and series. What it has found is laid out by <see cref="AutoMlResults"/>, and the job is done when that is.</summary>
internal sealed class AutoMlJobs(AutoMlPlanner planner, CommandJobs commands, ITrainingJobs jobs, JobChildren children, AutoMlData data, AutoMlWaiting waiting) : IJobType
{
    /// <summary>Facts of a job, in its <c>properties.properties</c>.</summary>
    public const string TypeName = "AutoML", BestFact = "best_child_run_id", FaultFact = "results_error";

    public string Name => TypeName;

    public async Task<Func<Task<Result<Done>>>> PrepareAsync(JobDraft draft)
    {
        var plan = await planner.PlanAsync(draft).ConfigureAwait(false);
        return async () =>
        {
            try
            {
                if ((await jobs.SubmitAsync(await plan().ConfigureAwait(false), CancellationToken.None).ConfigureAwait(false)).Error is { } error) return error;
            }
            catch (ArmFault fault) { return new Error(ErrorCode.InvalidArgument, fault.Message); }
            waiting.Add(draft.Id);
            return Done.Value;
        };
    }

    public async Task<JobStanding> ReadAsync(ArmResource job, CancellationToken ct)
    {
        var standing = await commands.ReadAsync(job, ct).ConfigureAwait(false);
        if (standing.Status != "Completed" || Facts(job)[BestFact] is not null) return standing;
        return (string?)Facts(job)[FaultFact] is { } fault ? standing with { Status = "Failed", Failure = new Error(ErrorCode.FailedPrecondition, fault) } : standing with { Status = "Finalizing", Ended = null };
    }

    public Task CancelAsync(ArmResource job, CancellationToken ct) => commands.CancelAsync(job, ct);

    public async Task ReleaseAsync(ArmResource job, CancellationToken ct)
    {
        await commands.ReleaseAsync(job, ct).ConfigureAwait(false);
        await children.DropAsync(job, _ => Task.CompletedTask, ct).ConfigureAwait(false);
    }

    /// <summary>Drops the data that was brought together for a search.</summary>
    public Task CleanAsync(MlWorkspace workspace, string job, CancellationToken ct) => data.DropAsync(workspace.At(AutoMlPlanner.Staged(job)), ct);

    public static JsonObject Facts(ArmResource job) => job.Properties["properties"] as JsonObject ?? [];
}
