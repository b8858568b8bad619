using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>SageMaker models.</summary>
internal sealed class AwsModels(SageMakerCalls calls) : IModels
{
    public async Task<Result<RegisteredModel>> RegisterAsync(ModelOrder order, CancellationToken ct = default)
    {
        var created = await calls.CallAsync<CreateModelInput, CreateModelOutput>("CreateModel", new CreateModelInput
        {
            ModelName = order.Name,
            ExecutionRoleArn = calls.Options.RoleArn,
            PrimaryContainer = new ContainerDefinition { Image = AwsTraining.Image(calls.Options, order.Algorithm ?? "onnx"), ModelDataUrl = AwsTraining.Uri(order.Artifact) },
        }, ct);
        return created.TryGet(out _, out var error) ? await GetAsync(order.Name, ct) : error;
    }

    public async Task<Result<RegisteredModel>> GetAsync(string name, CancellationToken ct = default) =>
        (await calls.ReadAsync<DescribeModelInput, DescribeModelOutput>("DescribeModel", new() { ModelName = name }, ct))
        .Map(m => new RegisteredModel(m.ModelName!, m.PrimaryContainer?.ModelDataUrl is { } at ? AwsTraining.Location(at) : null, m.CreationTime ?? default));

    public async Task<Result<IReadOnlyList<RegisteredModel>>> ListAsync(CancellationToken ct = default)
    {
        var all = new List<RegisteredModel>();
        string? next = null;
        do
        {
            var page = await calls.ReadAsync<ListModelsInput, ListModelsOutput>("ListModels", new() { MaxResults = 100, NextToken = next, SortBy = "CreationTime", SortOrder = "Descending" }, ct);
            if (!page.TryGet(out var models, out var error)) return error;
            all.AddRange(models.Models!.Select(m => new RegisteredModel(m.ModelName!, null, m.CreationTime ?? default)));
            next = models.NextToken;
        }
        while (next is not null);
        return all;
    }

    public Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default) => calls.DoAsync("DeleteModel", new DeleteModelInput { ModelName = name }, ct);
}
