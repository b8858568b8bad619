using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Monitoring;

/// <summary>Job definitions of data and model quality: what monitoring schedules are made of.</summary>
internal sealed class JobDefinitionOperations(ResourceTable<CreateDataQualityJobDefinitionRequest> data, ResourceTable<CreateModelQualityJobDefinitionRequest> quality) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateDataQualityJobDefinitionRequest, CreateDataQualityJobDefinitionResponse>("CreateDataQualityJobDefinition", async (request, caller, ct) =>
            (await CreateAsync(data, caller, request.JobDefinitionName!, request, request.Tags, Target(request), ct)).TryGet(out var arn, out var failure) ? new CreateDataQualityJobDefinitionResponse { JobDefinitionArn = arn } : failure);
        service.Add<DescribeDataQualityJobDefinitionRequest, DescribeDataQualityJobDefinitionResponse>("DescribeDataQualityJobDefinition", async (request, caller, ct) =>
            await data.GetAsync(caller, request.JobDefinitionName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeDataQualityJobDefinitionResponse>(stored.Request) with { JobDefinitionArn = stored.Arn, CreationTime = stored.Created }
                : Missing(data.Arn(caller, request.JobDefinitionName!)));
        service.Add<ListDataQualityJobDefinitionsRequest, ListDataQualityJobDefinitionsResponse>("ListDataQualityJobDefinitions", async (request, caller, ct) =>
            (await ListAsync(data, caller, Listing.Of(request), request.EndpointName, r => r.DataQualityJobInput?.EndpointInput, ct)).TryGet(out var page, out var failure)
                ? new ListDataQualityJobDefinitionsResponse { JobDefinitionSummaries = page.Items, NextToken = page.NextToken }
                : failure);
        service.Add<DeleteDataQualityJobDefinitionRequest>("DeleteDataQualityJobDefinition", async (request, caller, ct) =>
            await data.DeleteAsync(caller, request.JobDefinitionName!, ct) ? NoReply.Value : Missing(data.Arn(caller, request.JobDefinitionName!)));

        service.Add<CreateModelQualityJobDefinitionRequest, CreateModelQualityJobDefinitionResponse>("CreateModelQualityJobDefinition", async (request, caller, ct) =>
            (await CreateAsync(quality, caller, request.JobDefinitionName!, request, request.Tags, Target(request), ct)).TryGet(out var arn, out var failure) ? new CreateModelQualityJobDefinitionResponse { JobDefinitionArn = arn } : failure);
        service.Add<DescribeModelQualityJobDefinitionRequest, DescribeModelQualityJobDefinitionResponse>("DescribeModelQualityJobDefinition", async (request, caller, ct) =>
            await quality.GetAsync(caller, request.JobDefinitionName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeModelQualityJobDefinitionResponse>(stored.Request) with { JobDefinitionArn = stored.Arn, CreationTime = stored.Created }
                : Missing(quality.Arn(caller, request.JobDefinitionName!)));
        service.Add<ListModelQualityJobDefinitionsRequest, ListModelQualityJobDefinitionsResponse>("ListModelQualityJobDefinitions", async (request, caller, ct) =>
            (await ListAsync(quality, caller, Listing.Of(request), request.EndpointName, r => r.ModelQualityJobInput?.EndpointInput, ct)).TryGet(out var page, out var failure)
                ? new ListModelQualityJobDefinitionsResponse { JobDefinitionSummaries = page.Items, NextToken = page.NextToken }
                : failure);
        service.Add<DeleteModelQualityJobDefinitionRequest>("DeleteModelQualityJobDefinition", async (request, caller, ct) =>
            await quality.DeleteAsync(caller, request.JobDefinitionName!, ct) ? NoReply.Value : Missing(quality.Arn(caller, request.JobDefinitionName!)));
    }

    private static AwsError? Target(CreateDataQualityJobDefinitionRequest request) =>
        OneInput(request.DataQualityJobInput!.EndpointInput, request.DataQualityJobInput.BatchTransformInput);

    private static AwsError? Target(CreateModelQualityJobDefinitionRequest request) =>
        OneInput(request.ModelQualityJobInput!.EndpointInput, request.ModelQualityJobInput.BatchTransformInput);

    private static AwsError? OneInput(EndpointInput? endpoint, BatchTransformInput? batch) =>
        (endpoint is null) == (batch is null) ? SageMakerErrors.Invalid("Exactly one of EndpointInput and BatchTransformInput is required.") : null;

    private static async Task<AwsResult<string>> CreateAsync<T>(ResourceTable<T> table, AwsCaller caller, string name, T request, IReadOnlyList<Tag>? tags, AwsError? fault, CancellationToken ct) where T : class
    {
        if (fault is not null) return fault;
        var created = await table.CreateAsync(caller, name, request, tags, ct);
        if (created.TryGet(out var stored, out var error)) return stored.Arn;
        return error.Code == ErrorCode.AlreadyExists ? SageMakerErrors.InUse($"Job definition names must be unique within an AWS account and region, and one with this name already exists ({table.Arn(caller, name)})") : error;
    }

    private static async Task<AwsResult<Page<MonitoringJobDefinitionSummary>>> ListAsync<T>(
        ResourceTable<T> table, AwsCaller caller, Listing listing, string? endpoint, Func<T, EndpointInput?> input, CancellationToken ct) where T : class
    {
        var items = (await table.ListAsync(caller, ct)).Where(s => endpoint is null || input(s.Request)?.EndpointName == endpoint);
        var page = listing.Cut(items, s => new(s.Name, s.Created, s.Modified));
        return page.TryGet(out var cut, out var failure)
            ? new Page<MonitoringJobDefinitionSummary>([.. cut.Items.Select(s => new MonitoringJobDefinitionSummary
            {
                MonitoringJobDefinitionName = s.Name,
                MonitoringJobDefinitionArn = s.Arn,
                CreationTime = s.Created,
                EndpointName = input(s.Request)?.EndpointName,
            })], cut.NextToken)
            : failure;
    }

    private static AwsError Missing(string arn) => SageMakerErrors.NotFound($"Could not find job definition \"{arn}\".");
}
