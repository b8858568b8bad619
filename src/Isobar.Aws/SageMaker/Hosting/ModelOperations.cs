using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;
using Isobar.Engine.Objects;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Models: what endpoints and transform jobs run.</summary>
internal sealed class ModelOperations(ResourceTable<CreateModelInput> table, HostedModels hosted, IObjectStore objects) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateModelInput, CreateModelOutput>("CreateModel", CreateAsync);
        service.Add<DescribeModelInput, DescribeModelOutput>("DescribeModel", async (request, caller, ct) =>
            await table.GetAsync(caller, request.ModelName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeModelOutput>(stored.Request) with { ModelArn = stored.Arn, CreationTime = stored.Created, EnableNetworkIsolation = stored.Request.EnableNetworkIsolation ?? false }
                : Missing(caller, request.ModelName!));
        service.Add<ListModelsInput, ListModelsOutput>("ListModels", async (request, caller, ct) =>
        {
            var page = Listing.Of(request).Cut(await table.ListAsync(caller, ct), s => new(s.Name, s.Created, s.Modified));
            return page.TryGet(out var cut, out var failure)
                ? new ListModelsOutput { Models = [.. cut.Items.Select(s => new ModelSummary { ModelName = s.Name, ModelArn = s.Arn, CreationTime = s.Created })], NextToken = cut.NextToken }
                : failure;
        });
        service.Add<DeleteModelInput>("DeleteModel", async (request, caller, ct) =>
            await table.DeleteAsync(caller, request.ModelName!, ct) ? NoReply.Value : Missing(caller, request.ModelName!));
    }

    private async Task<AwsResult<CreateModelOutput>> CreateAsync(CreateModelInput request, AwsCaller caller, CancellationToken ct)
    {
        if (!(await hosted.ContainerOfAsync(request, caller, ct)).TryGet(out var container, out var failure)) return failure;
        if (S3Place.TryParse(container.ModelDataUrl, out var data) && !(await objects.HeadAsync(data.Bucket, data.Key, ct: ct)).IsOk)
            return SageMakerErrors.Invalid($"Could not find model data at {container.ModelDataUrl}.");
        var created = await table.CreateAsync(caller, request.ModelName!, request, request.Tags, ct);
        if (created.TryGet(out var stored, out var error)) return new CreateModelOutput { ModelArn = stored.Arn };
        return error.Code == ErrorCode.AlreadyExists ? SageMakerErrors.AlreadyExisting("model", table.Arn(caller, request.ModelName!)) : error;
    }

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.CouldNotFind("model", table.Arn(caller, name));
}
