using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Batch;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMaker.Transform;

/// <summary>Transform jobs over the engine's batch jobs.</summary>
internal sealed class TransformJobOperations(ResourceTable<CreateTransformJobRequest> table, TransformPlanner planner, IBatchJobs jobs) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateTransformJobRequest, CreateTransformJobResponse>("CreateTransformJob", CreateAsync);
        service.Add<DescribeTransformJobRequest, DescribeTransformJobResponse>("DescribeTransformJob", async (request, caller, ct) =>
            await FindAsync(caller, request.TransformJobName!, ct) is var (stored, job) ? Describe(stored, job) : SageMakerErrors.Invalid($"Could not find requested job with name: {request.TransformJobName}"));
        service.Add<ListTransformJobsRequest, ListTransformJobsResponse>("ListTransformJobs", ListAsync);
        service.Add<StopTransformJobRequest>("StopTransformJob", StopAsync);
    }

    private async Task<AwsResult<CreateTransformJobResponse>> CreateAsync(CreateTransformJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.TransformJobName!;
        using var held = await table.LockAsync(caller, name, ct);
        if (await FindAsync(caller, name, ct) is not null) return Exists(caller, name);
        if (!(await planner.PlanAsync(request, caller, ct)).TryGet(out var spec, out var failure)) return failure;
        await table.DeleteAsync(caller, name, ct);
        var created = await table.CreateAsync(caller, name, request, request.Tags, ct);
        if (!created.TryGet(out var stored, out var error)) return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
        if ((await jobs.SubmitAsync(spec, ct)).TryGet(out _, out error)) return new CreateTransformJobResponse { TransformJobArn = stored.Arn };
        if (error.Code != ErrorCode.AlreadyExists) await table.DeleteAsync(caller, name, ct);
        return error.Code == ErrorCode.AlreadyExists ? Exists(caller, name) : error;
    }

    private async Task<AwsResult<ListTransformJobsResponse>> ListAsync(ListTransformJobsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var live = (await jobs.ListAsync(SageMakerIds.Engine(caller, ""), ct)).ToDictionary(j => j.Spec.Id);
        var items = (await table.ListAsync(caller, ct)).Where(s => live.ContainsKey(s.EngineId)).Select(s => Summary(s, live[s.EngineId]));
        var page = Listing.Of(request).Cut(items, s => new(s.TransformJobName!, s.CreationTime!.Value, s.LastModifiedTime!.Value, s.TransformJobStatus));
        return page.TryGet(out var cut, out var failure) ? new ListTransformJobsResponse { TransformJobSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<NoReply>> StopAsync(StopTransformJobRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (await FindAsync(caller, request.TransformJobName!, ct) is not var (stored, job)) return SageMakerErrors.Invalid($"Could not find job to update with name: {request.TransformJobName}");
        if (job.State == JobState.Stopping) return NoReply.Value;
        if ((await jobs.StopAsync(stored.EngineId, ct)).TryGet(out _, out var error)) return NoReply.Value;
        var now = (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var latest, out _) ? latest.State : job.State;
        return error.Code == ErrorCode.FailedPrecondition ? SageMakerErrors.InStatus("transform", TrainingView.Status(now)) : error;
    }

    private async Task<(Stored<CreateTransformJobRequest> Stored, BatchJob Job)?> FindAsync(AwsCaller caller, string name, CancellationToken ct) =>
        await table.GetAsync(caller, name, ct) is { } stored && (await jobs.GetAsync(stored.EngineId, ct)).TryGet(out var job, out _) ? (stored, job) : null;

    private static DescribeTransformJobResponse Describe(Stored<CreateTransformJobRequest> stored, BatchJob job) => SageMakerJson.Reshape<DescribeTransformJobResponse>(stored.Request) with
    {
        TransformJobArn = stored.Arn,
        TransformJobStatus = TrainingView.Status(job.State),
        FailureReason = job.State == JobState.Failed ? job.Reason : null,
        CreationTime = stored.Created,
        TransformStartTime = job.Started,
        TransformEndTime = job.Ended,
        DataProcessing = stored.Request.DataProcessing ?? new DataProcessing { InputFilter = "$", OutputFilter = "$", JoinSource = "None" },
    };

    private static TransformJobSummary Summary(Stored<CreateTransformJobRequest> stored, BatchJob job) => new()
    {
        TransformJobName = stored.Name,
        TransformJobArn = stored.Arn,
        CreationTime = stored.Created,
        TransformEndTime = job.Ended,
        LastModifiedTime = job.Ended ?? job.Started ?? stored.Modified,
        TransformJobStatus = TrainingView.Status(job.State),
        FailureReason = job.State == JobState.Failed ? job.Reason : null,
    };

    private AwsError Exists(AwsCaller caller, string name) =>
        SageMakerErrors.InUse($"Job name must be unique within an AWS account and region, and a job with this name already exists ({table.Arn(caller, name)})");
}
