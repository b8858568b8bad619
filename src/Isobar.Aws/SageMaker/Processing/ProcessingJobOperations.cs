using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Processing;
using Isobar.Engine.Training;
using EngineJob = Isobar.Engine.Processing.ProcessingJob;

namespace Isobar.Aws.SageMaker.Processing;

/// <summary>Processing jobs over the engine's.</summary>
internal sealed class ProcessingJobOperations(ResourceTable<CreateProcessingJobRequest> table, ProcessingPlanner planner, IProcessingJobs jobs) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateProcessingJobRequest, CreateProcessingJobResponse>("CreateProcessingJob", async (request, caller, ct) =>
            (await CreateAsync(request, caller, null, ct)).TryGet(out var stored, out var failure) ? new CreateProcessingJobResponse { ProcessingJobArn = stored.Arn } : failure);
        service.Add<DescribeProcessingJobRequest, DescribeProcessingJobResponse>("DescribeProcessingJob", async (request, caller, ct) =>
            await FindAsync(caller, request.ProcessingJobName!, ct) is var (stored, job) ? Describe(stored, job) : SageMakerErrors.Invalid($"Could not find requested job with name: {request.ProcessingJobName}"));
        service.Add<ListProcessingJobsRequest, ListProcessingJobsResponse>("ListProcessingJobs", ListAsync);
        service.Add<StopProcessingJobRequest>("StopProcessingJob", StopAsync);
    }

    /// <summary>Creates a job, for a caller or for a monitoring schedule of that caller.</summary>
    public async Task<AwsResult<Stored<CreateProcessingJobRequest>>> CreateAsync(CreateProcessingJobRequest request, AwsCaller caller, string? scheduleArn, CancellationToken ct)
    {
        var name = request.ProcessingJobName!;
        using var held = await table.LockAsync(caller, name, ct);
        if (await FindAsync(caller, name, ct) is not null) return Exists(caller, name);
        if (!(await planner.PlanAsync(request, caller, ct)).TryGet(out var spec, out var failure)) return failure;
        await table.DeleteAsync(caller, name, ct);
        var facts = scheduleArn is null ? null : new Dictionary<string, string> { ["MonitoringScheduleArn"] = scheduleArn };
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct, facts);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await jobs.SubmitAsync(spec, ct)).TryGet(out _, out error)) return stored;
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
    }

    public async Task<(Stored<CreateProcessingJobRequest> Stored, EngineJob Job)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _) ? (stored, job) : null;

    private async Task<AwsResult<ListProcessingJobsResponse>> ListAsync(ListProcessingJobsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var items = new List<ProcessingJobSummary>();
        foreach (var stored in await table.ListAsync(caller, ct))
        {
            if ((await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _)) items.Add(Summary(stored, job));
        }
        var page = Listing.Of(request).Cut(items, s => new(s.ProcessingJobName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.ProcessingJobStatus));
        return page.TryGet(out var cut, out var failure) ? new ListProcessingJobsResponse { ProcessingJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<NoReply>> StopAsync(StopProcessingJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.ProcessingJobName!, ct) is not var (stored, job)) return SageMakerErrors.NotFound($"Could not find job to update with name: {request.ProcessingJobName}");
        if (job.State == JobState.Stopping) return NoReply.Value;
        if ((await jobs.StopAsync(stored.EngineId, ct)).TryGet(out _, out var error)) return NoReply.Value;
        var now = (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var latest, out _) ? latest.State : job.State;
        return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.InStatus("processing", TrainingView.Status(now)) : error;
    }

    private static DescribeProcessingJobResponse Describe(Stored<CreateProcessingJobRequest> stored, EngineJob job) => SageMakerJson.Reshape<DescribeProcessingJobResponse>(stored.Request) with
    {
        ProcessingJobArn = stored.Arn,
        ProcessingJobStatus = TrainingView.Status(job.State),
        ExitMessage = job.ExitMessage,
        FailureReason = job.State == JobState.Failed ? job.Reason : null,
        CreationTime = stored.Created,
        ProcessingStartTime = job.Started,
        ProcessingEndTime = job.Ended,
        LastModifiedTime = job.Ended ?? job.Started ?? stored.Modified,
        MonitoringScheduleArn = stored.Fact("MonitoringScheduleArn"),
        StoppingCondition = stored.Request.StoppingCondition ?? new ProcessingStoppingCondition { MaxRuntimeInSeconds = 86_400 },
    };

    private static ProcessingJobSummary Summary(Stored<CreateProcessingJobRequest> stored, EngineJob job) => new()
    {
        ProcessingJobName = stored.Name,
        ProcessingJobArn = stored.Arn,
        CreationTime = stored.Created,
        ProcessingEndTime = job.Ended,
        LastModifiedTime = job.Ended ?? job.Started ?? stored.Modified,
        ProcessingJobStatus = TrainingView.Status(job.State),
        FailureReason = job.State == JobState.Failed ? job.Reason : null,
        ExitMessage = job.ExitMessage,
    };

    private AwsError Exists(AwsCaller caller, string name) =>
        SageMakerErrors.InUse($"Job name must be unique within an AWS account and region, and a job with this name already exists ({table.Arn(caller, name)})");
}
