using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;

namespace Isobar.Aws.SageMaker.Pipelines;

/// <summary>Pipelines: definitions by name.</summary>
internal sealed class PipelineOperations(ResourceTable<CreatePipelineRequest> table, IPipelineExecutions executions, IObjectStore objects) : ISageMakerOperations
{
    private const int MaxDefinition = 1024 * 1024;

    public void AddTo(SageMakerService service)
    {
        service.Add<CreatePipelineRequest, CreatePipelineResponse>("CreatePipeline", CreateAsync, note: "steps: Training, Processing, Transform, Tuning, AutoML, Model, RegisterModel, Condition, Fail, Callback");
        service.Add<UpdatePipelineRequest, UpdatePipelineResponse>("UpdatePipeline", UpdateAsync);
        service.Add<DescribePipelineRequest, DescribePipelineResponse>("DescribePipeline", async (request, caller, ct) =>
            !(await FindAsync(caller, request.PipelineName!, ct)).TryGet(out var stored, out var failure) ? failure
            : SageMakerJson.Reshape<DescribePipelineResponse>(stored.Request) with
            {
                PipelineArn = stored.Arn,
                PipelineStatus = "Active",
                CreationTime = stored.Created,
                LastModifiedTime = stored.Modified,
                LastRunTime = await LastRunAsync(stored, ct),
            });
        service.Add<ListPipelinesRequest, ListPipelinesResponse>("ListPipelines", ListAsync);
        service.Add<DeletePipelineRequest, DeletePipelineResponse>("DeletePipeline", DeleteAsync);
    }

    /// <summary>The engine's prefix of a pipeline's executions.</summary>
    public static string Prefix(AwsCaller caller, string name) => SageMakerIds.Engine(caller, $"pipeline/{name}/");

    /// <summary>A pipeline by its name or ARN.</summary>
    public async Task<AwsResult<Stored<CreatePipelineRequest>>> FindAsync(AwsCaller caller, string nameOrArn, CancellationToken ct)
    {
        var found = nameOrArn.StartsWith("arn:", StringComparison.Ordinal)
            ? (await table.ListAsync(caller, ct)).FirstOrDefault(p => p.Arn == nameOrArn)
            : await table.GetAsync(caller, nameOrArn, ct);
        return found is not null ? found : SageMakerErrors.NotFound($"Pipeline '{(nameOrArn.StartsWith("arn:", StringComparison.Ordinal) ? nameOrArn : table.Arn(caller, nameOrArn))}' does not exist.");
    }

    private async Task<AwsResult<CreatePipelineResponse>> CreateAsync(CreatePipelineRequest request, AwsCaller caller, CancellationToken ct)
    {
        var name = request.PipelineName!;
        if (!(await DefinitionAsync(name, request.PipelineDefinition, request.PipelineDefinitionS3Location, ct)).TryGet(out var definition, out var failure)) return failure;
        var created = await table.CreateAsync(caller, name, request with { PipelineDefinition = definition, PipelineDefinitionS3Location = null }, request.Tags, ct);
        if (created.TryGet(out var stored, out var error)) return new CreatePipelineResponse { PipelineArn = stored.Arn };
        if (error.Code != ErrorCode.AlreadyExists) return error;
        // The same request once more is the same creation.
        return await table.GetAsync(caller, name, ct) is { } old && old.Request.ClientRequestToken == request.ClientRequestToken
            ? new CreatePipelineResponse { PipelineArn = old.Arn }
            : SageMakerErrors.Invalid($"Pipeline names must be unique within an AWS account and region. Pipeline with name ({name}) already exists.");
    }

    private async Task<AwsResult<UpdatePipelineResponse>> UpdateAsync(UpdatePipelineRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await FindAsync(caller, request.PipelineName!, ct)).TryGet(out var stored, out var failure)) return failure;
        string? definition = null;
        if ((request.PipelineDefinition is not null || request.PipelineDefinitionS3Location is not null)
            && !(await DefinitionAsync(stored.Name, request.PipelineDefinition, request.PipelineDefinitionS3Location, ct)).TryGet(out definition, out failure)) return failure;
        var changed = await table.ChangeAsync(caller, stored.Name, s => s with
        {
            Request = s.Request with
            {
                PipelineDefinition = definition ?? s.Request.PipelineDefinition,
                PipelineDisplayName = request.PipelineDisplayName ?? s.Request.PipelineDisplayName,
                PipelineDescription = request.PipelineDescription ?? s.Request.PipelineDescription,
                RoleArn = request.RoleArn ?? s.Request.RoleArn,
                ParallelismConfiguration = request.ParallelismConfiguration ?? s.Request.ParallelismConfiguration,
            },
        }, ct);
        return changed.TryGet(out var now, out var error) ? new UpdatePipelineResponse { PipelineArn = now.Arn } : error;
    }

    private async Task<AwsResult<ListPipelinesResponse>> ListAsync(ListPipelinesRequest request, AwsCaller caller, CancellationToken ct)
    {
        var items = new List<PipelineSummary>();
        foreach (var stored in (await table.ListAsync(caller, ct)).Where(p => request.PipelineNamePrefix is not { } prefix || p.Name.StartsWith(prefix, StringComparison.Ordinal)))
            items.Add(SageMakerJson.Reshape<PipelineSummary>(stored.Request) with { PipelineArn = stored.Arn, CreationTime = stored.Created, LastModifiedTime = stored.Modified, LastExecutionTime = await LastRunAsync(stored, ct) });
        var listing = Listing.Of(request) with { CreationTimeAfter = request.CreatedAfter, CreationTimeBefore = request.CreatedBefore };
        var page = listing.Cut(items, p => new(p.PipelineName!, p.CreationTime!.Value, p.LastModifiedTime!.Value));
        return page.TryGet(out var cut, out var failure) ? new ListPipelinesResponse { PipelineSummaries = cut.Items, NextToken = cut.NextToken } : failure;
    }

    private async Task<AwsResult<DeletePipelineResponse>> DeleteAsync(DeletePipelineRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await FindAsync(caller, request.PipelineName!, ct)).TryGet(out var stored, out var failure)) return failure;
        if ((await executions.ListAsync(Prefix(caller, stored.Name), ct)).Any(e => !e.IsFinal))
            return new AwsError("ConflictException", $"The pipeline {stored.Arn} has executions under way; stop them first.");
        await table.DeleteAsync(caller, stored.Name, ct);
        return new DeletePipelineResponse { PipelineArn = stored.Arn };
    }

    private async Task<DateTimeOffset?> LastRunAsync(Stored<CreatePipelineRequest> stored, CancellationToken ct)
    {
        var all = await executions.ListAsync(SageMakerIds.Engine(stored.Account, stored.Region, $"pipeline/{stored.Name}/"), ct);
        return all.Count == 0 ? null : all.Max(e => e.Created);
    }

    private async Task<AwsResult<string>> DefinitionAsync(string name, string? text, PipelineDefinitionS3Location? place, CancellationToken ct)
    {
        if (text is null == place is null) return SageMakerErrors.Invalid("Exactly one of PipelineDefinition and PipelineDefinitionS3Location is required.");
        if (place is not null)
        {
            var opened = await objects.OpenAsync(new BucketName(SageMakerIds.Owner, place.Bucket!), place.ObjectKey!, place.VersionId, ct: ct);
            if (!opened.TryGet(out var content, out var error)) return SageMakerErrors.Invalid($"The pipeline definition s3://{place.Bucket}/{place.ObjectKey} cannot be read: {error.Message}");
            await using (content)
            {
                if (content.Length > MaxDefinition) return SageMakerErrors.Invalid($"The pipeline definition has {content.Length} bytes; at most {MaxDefinition} are read.");
                using var reader = new StreamReader(content.Content);
                text = await reader.ReadToEndAsync(ct);
            }
        }
        var (compiled, fault) = DefinitionCompiler.Compile(text!, name);
        if (compiled is null) return SageMakerErrors.Invalid(fault!);
        return text!;
    }
}
