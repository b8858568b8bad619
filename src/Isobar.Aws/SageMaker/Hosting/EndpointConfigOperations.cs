using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Core.Results;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Endpoint configurations: documents that endpoints are made of.</summary>
internal sealed class EndpointConfigOperations(ResourceTable<CreateEndpointConfigInput> table, ResourceTable<CreateModelInput> models) : ISageMakerOperations
{
    public void AddTo(SageMakerService service)
    {
        service.Add<CreateEndpointConfigInput, CreateEndpointConfigOutput>("CreateEndpointConfig", CreateAsync);
        service.Add<DescribeEndpointConfigInput, DescribeEndpointConfigOutput>("DescribeEndpointConfig", async (request, caller, ct) =>
            await table.GetAsync(caller, request.EndpointConfigName!, ct) is { } stored
                ? SageMakerJson.Reshape<DescribeEndpointConfigOutput>(stored.Request) with { EndpointConfigArn = stored.Arn, CreationTime = stored.Created, EnableNetworkIsolation = stored.Request.EnableNetworkIsolation ?? false }
                : Missing(caller, request.EndpointConfigName!));
        service.Add<ListEndpointConfigsInput, ListEndpointConfigsOutput>("ListEndpointConfigs", async (request, caller, ct) =>
        {
            var page = Listing.Of(request).Cut(await table.ListAsync(caller, ct), s => new(s.Name, s.Created, s.Modified));
            return page.TryGet(out var cut, out var failure)
                ? new ListEndpointConfigsOutput { EndpointConfigs = [.. cut.Items.Select(s => new EndpointConfigSummary { EndpointConfigName = s.Name, EndpointConfigArn = s.Arn, CreationTime = s.Created })], NextToken = cut.NextToken }
                : failure;
        });
        service.Add<DeleteEndpointConfigInput>("DeleteEndpointConfig", async (request, caller, ct) =>
            await table.DeleteAsync(caller, request.EndpointConfigName!, ct) ? NoReply.Value : Missing(caller, request.EndpointConfigName!));
    }

    private async Task<AwsResult<CreateEndpointConfigOutput>> CreateAsync(CreateEndpointConfigInput request, AwsCaller caller, CancellationToken ct)
    {
        // SageMaker fills in the weight and stores it: it is described even where it was not given.
        request = request with { ProductionVariants = WithWeights(request.ProductionVariants), ShadowProductionVariants = WithWeights(request.ShadowProductionVariants) };
        var variants = request.ProductionVariants!.Concat(request.ShadowProductionVariants ?? []).ToList();
        var faults = Faults(request, variants).ToList();
        if (faults.Count > 0) return SageMakerErrors.Invalid(string.Join(" ", faults));
        foreach (var model in variants.Select(v => v.ModelName!).Distinct())
        {
            if (await models.GetAsync(caller, model, ct) is null) return SageMakerErrors.CouldNotFind("model", models.Arn(caller, model));
        }
        var created = await table.CreateAsync(caller, request.EndpointConfigName!, request, request.Tags, ct);
        if (created.TryGet(out var stored, out var error)) return new CreateEndpointConfigOutput { EndpointConfigArn = stored.Arn };
        return error.Code == ErrorCode.AlreadyExists ? SageMakerErrors.AlreadyExisting("endpoint configuration", table.Arn(caller, request.EndpointConfigName!)) : error;
    }

    private static IEnumerable<string> Faults(CreateEndpointConfigInput request, IReadOnlyList<ProductionVariant> variants)
    {
        foreach (var twice in variants.GroupBy(v => v.VariantName).Where(g => g.Count() > 1)) yield return $"The variant name '{twice.Key}' is used more than once; variant names must be unique.";
        foreach (var variant in variants)
        {
            if (variant.ModelName is null) yield return $"ModelName is required for the variant '{variant.VariantName}'; inference components are not supported here.";
            if (variant.ServerlessConfig is null && variant.InstanceType is null) yield return $"InstanceType is required for the variant '{variant.VariantName}', which has no ServerlessConfig.";
            if (variant.ServerlessConfig is null && variant.InitialInstanceCount is null) yield return $"InitialInstanceCount is required for the variant '{variant.VariantName}', which has no ServerlessConfig.";
            if (variant.ServerlessConfig is not null && variant.InstanceType is not null) yield return $"The variant '{variant.VariantName}' has both ServerlessConfig and InstanceType; set one of them.";
        }
        if (request.ShadowProductionVariants is { Count: > 0 } && request.ProductionVariants!.Count != 1) yield return "Exactly one production variant is allowed beside a shadow variant.";
        if (request.DataCaptureConfig is { } capture && !S3Place.TryParse(capture.DestinationS3Uri, out _)) yield return $"The data capture destination '{capture.DestinationS3Uri}' is not an S3 URI.";
    }

    private static IReadOnlyList<ProductionVariant>? WithWeights(IReadOnlyList<ProductionVariant>? variants) =>
        variants is null ? null : [.. variants.Select(v => v with { InitialVariantWeight = v.InitialVariantWeight ?? 1 })];

    private AwsError Missing(AwsCaller caller, string name) => SageMakerErrors.CouldNotFind("endpoint configuration", table.Arn(caller, name));
}
