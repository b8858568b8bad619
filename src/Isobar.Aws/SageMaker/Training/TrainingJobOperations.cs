using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Core.Support;
using Isobar.Engine.Training;
using EngineJob = Isobar.Engine.Training.TrainingJob;

namespace Isobar.Aws.SageMaker.Training;

/// <summary>Training jobs over the engine's.</summary>
internal sealed class TrainingJobOperations(ResourceTable<CreateTrainingJobRequest> table, TrainingPlanner planner, S3Inputs inputs, ITrainingJobs jobs) : ISageMakerOperations
{
    private static readonly AwsError Missing = SageMakerErrors.Invalid("Requested resource not found.");

    public void AddTo(SageMakerService service)
    {
        service.Add<CreateTrainingJobRequest, CreateTrainingJobResponse>("CreateTrainingJob", async (request, caller, ct) =>
            (await CreateAsync(request, caller, null, ct)).TryGet(out var stored, out var failure) ? new CreateTrainingJobResponse { TrainingJobArn = stored.Arn } : failure);
        service.Add<DescribeTrainingJobRequest, DescribeTrainingJobResponse>("DescribeTrainingJob", async (request, caller, ct) =>
            await FindAsync(caller, request.TrainingJobName!, ct) is var (stored, job) ? TrainingView.Describe(stored, job) : Missing);
        service.Add<ListTrainingJobsRequest, ListTrainingJobsResponse>("ListTrainingJobs", ListAsync);
        service.Add<StopTrainingJobRequest>("StopTrainingJob", StopAsync);
        service.Add<UpdateTrainingJobRequest, UpdateTrainingJobResponse>("UpdateTrainingJob", UpdateAsync, SupportLevel.StateOnly, "profiler and remote debug settings are kept and shown");
        service.Add<DeleteTrainingJobRequest>("DeleteTrainingJob", DeleteAsync);
    }

    /// <summary>Creates a job, for a caller or for a tuning job of that caller.</summary>
    public async Task<AwsResult<Stored<CreateTrainingJobRequest>>> CreateAsync(CreateTrainingJobRequest request, AwsCaller caller, string? tuningJobArn, CancellationToken ct)
    {
        var name = request.TrainingJobName!;
        if (!planner.Plan(request, caller).TryGet(out var spec, out var failure)) return failure;
        using var held = await table.LockAsync(caller, name, ct);
        if (await table.GetAsync(caller, name, ct) is { } old && (await jobs.GetAsync(old.EngineId, ct)).IsOk) return Exists(old.Arn);
        foreach (var channel in spec.Channels)
        {
            if (await inputs.MissingAsync(caller, S3Place.ToUri(channel.Source), channel.Source, request.RoleArn, ct) is { } missing) return missing;
        }
        // The document goes first: a job that runs must be found by its name, and a document without a job is replaced by the next attempt.
        var facts = tuningJobArn is null ? null : new Dictionary<string, string> { ["TuningJobArn"] = tuningJobArn };
        await table.DeleteAsync(caller, name, ct);
        var created = await table.CreateAsync(caller, name, planner.Complete(request), request.Tags, ct, facts);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(table.Arn(caller, name)) : error;
        var submitted = await jobs.SubmitAsync(spec, ct);
        if (submitted.TryGet(out _, out error)) return stored;
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(stored.Arn) : error;
    }

    /// <summary>A job of the caller with its live state, or null.</summary>
    public async Task<(Stored<CreateTrainingJobRequest> Stored, EngineJob Job)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _) ? (stored, job) : null;

    /// <summary>All jobs of the caller with their live states.</summary>
    public async Task<IReadOnlyList<(Stored<CreateTrainingJobRequest> Stored, EngineJob Job)>> AllAsync(AwsCaller caller, CancellationToken ct)
    {
        var live = (await jobs.ListAsync(SageMakerIds.Engine(caller, ""), ct)).ToDictionary(j => j.Spec.Id);
        return [.. (await table.ListAsync(caller, ct)).Where(s => live.ContainsKey(s.EngineId)).Select(s => (s, live[s.EngineId]))];
    }

    private async Task<AwsResult<ListTrainingJobsResponse>> ListAsync(ListTrainingJobsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var page = Listing.Of(request).Cut(
            (await AllAsync(caller, ct)).Select(j => TrainingView.Summary(j.Stored, j.Job)),
            s => new(s.TrainingJobName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.TrainingJobStatus));
        return page.TryGet(out var cut, out var failure) ? new ListTrainingJobsResponse { TrainingJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<NoReply>> StopAsync(StopTrainingJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.TrainingJobName!, ct) is not var (stored, job)) return Missing;
        if (job.State == JobState.Stopping) return NoReply.Value;
        var stopped = await jobs.StopAsync(stored.EngineId, ct);
        if (stopped.TryGet(out _, out var error)) return NoReply.Value;
        var now = (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var latest, out _) ? latest.State : job.State;
        return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.InStatus("training", TrainingView.Status(now)) : error;
    }

    private async Task<AwsResult<UpdateTrainingJobResponse>> UpdateAsync(UpdateTrainingJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.TrainingJobName!, ct) is not var (stored, job)) return Missing;
        if (job.IsFinal) return SageMakerErrors.InStatus("training", TrainingView.Status(job.State));
        var changed = await table.ChangeAsync(caller, stored.Name, s => s with
        {
            Request = s.Request with
            {
                ProfilerConfig = request.ProfilerConfig is { } profiler ? SageMakerJson.Reshape<ProfilerConfig>(profiler) : s.Request.ProfilerConfig,
                ProfilerRuleConfigurations = request.ProfilerRuleConfigurations ?? s.Request.ProfilerRuleConfigurations,
                RemoteDebugConfig = request.RemoteDebugConfig is { } debug ? SageMakerJson.Reshape<RemoteDebugConfig>(debug) : s.Request.RemoteDebugConfig,
                ResourceConfig = request.ResourceConfig is { } resources ? s.Request.ResourceConfig! with { KeepAlivePeriodInSeconds = resources.KeepAlivePeriodInSeconds } : s.Request.ResourceConfig,
            },
        }, ct);
        return changed.TryGet(out var now, out var error) ? new UpdateTrainingJobResponse { TrainingJobArn = now.Arn } : error;
    }

    private async Task<AwsResult<NoReply>> DeleteAsync(DeleteTrainingJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.TrainingJobName!, ct) is not var (stored, job)) return SageMakerErrors.NotFound("Requested resource not found.");
        if (!job.IsFinal) return SageMakerErrors.InUse($"The training job {stored.Arn} is in status {TrainingView.Status(job.State)} and can be deleted once it has ended.");
        if (!(await jobs.DeleteAsync(stored.EngineId, ct)).TryGet(out _, out var error)) return error;
        await table.DeleteAsync(caller, stored.Name, ct);
        return NoReply.Value;
    }

    private static AwsError Exists(string arn) =>
        SageMakerErrors.InUse($"Training job names must be unique within an AWS account and region, and a training job with this name already exists ({arn})");
}
