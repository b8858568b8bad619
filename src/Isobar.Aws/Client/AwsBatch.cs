using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker transform jobs.</summary>
internal sealed class AwsBatch(SageMakerCalls calls, IObjects objects) : IBatch
{
    public async Task<Result<BatchRun>> StartAsync(BatchOrder order, CancellationToken ct = default)
    {
        var created = await calls.CallAsync<CreateTransformJobRequest, CreateTransformJobResponse>("CreateTransformJob", new CreateTransformJobRequest
        {
            TransformJobName = order.Name,
            ModelName = order.Model,
            BatchStrategy = order.SplitLines ? "MultiRecord" : "SingleRecord",
            TransformInput = new TransformInput
            {
                DataSource = new TransformDataSource { S3DataSource = new TransformS3DataSource { S3DataType = "S3Prefix", S3Uri = AwsTraining.Uri(order.Input) } },
                ContentType = order.ContentType,
                SplitType = order.SplitLines ? "Line" : "None",
            },
            TransformOutput = new TransformOutput { S3OutputPath = AwsTraining.Uri(order.Output), Accept = order.Accept, AssembleWith = order.SplitLines ? "Line" : "None" },
            TransformResources = new TransformResources { InstanceType = order.InstanceType ?? calls.Options.InstanceType, InstanceCount = 1 },
            DataProcessing = order.JoinInput ? new DataProcessing { JoinSource = "Input" } : null,
        }, ct);
        return created.TryGet(out _, out var error) ? await GetAsync(order.Name, ct) : error;
    }

    public async Task<Result<BatchRun>> GetAsync(string name, CancellationToken ct = default) =>
        (await calls.ReadAsync<DescribeTransformJobRequest, DescribeTransformJobResponse>("DescribeTransformJob", new() { TransformJobName = name }, ct))
        .Map(j => new BatchRun(j.TransformJobName!, AwsTraining.State(j.TransformJobStatus), j.FailureReason, j.CreationTime ?? default, j.TransformEndTime));

    public async Task<Result<IReadOnlyList<BatchRun>>> ListAsync(CancellationToken ct = default)
    {
        var all = new List<BatchRun>();
        string? next = null;
        do
        {
            var page = await calls.ReadAsync<ListTransformJobsRequest, ListTransformJobsResponse>("ListTransformJobs", new() { MaxResults = 100, NextToken = next, SortBy = "CreationTime", SortOrder = "Descending" }, ct);
            if (!page.TryGet(out var jobs, out var error)) return error;
            all.AddRange(jobs.TransformJobSummaries!.Select(j => new BatchRun(j.TransformJobName!, AwsTraining.State(j.TransformJobStatus), j.FailureReason, j.CreationTime ?? default, j.TransformEndTime)));
            next = jobs.NextToken;
        }
        while (next is not null);
        return all;
    }

    public async Task<Result<IReadOnlyList<string>>> PredictionsAsync(string name, CancellationToken ct = default)
    {
        var described = await calls.ReadAsync<DescribeTransformJobRequest, DescribeTransformJobResponse>("DescribeTransformJob", new() { TransformJobName = name }, ct);
        if (!described.TryGet(out var job, out var error)) return error;
        if (AwsTraining.State(job.TransformJobStatus) != RunState.Completed) return new Error(ErrorCode.FailedPrecondition, $"The transform job {name} is {job.TransformJobStatus}: only a completed one has all its predictions.");
        var (input, output) = (AwsTraining.Location(job.TransformInput!.DataSource!.S3DataSource!.S3Uri!), AwsTraining.Location(job.TransformOutput!.S3OutputPath!));
        return await BatchFiles.LinesBesideAsync(objects, input, output, ct);
    }

    public Task<Result<Done>> StopAsync(string name, CancellationToken ct = default) => calls.DoAsync("StopTransformJob", new StopTransformJobRequest { TransformJobName = name }, ct);
}
