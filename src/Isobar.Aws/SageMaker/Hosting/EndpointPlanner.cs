using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Engine.Logs;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Turns an endpoint configuration into what the engine serves.</summary>
internal sealed class EndpointPlanner(ResourceTable<CreateEndpointConfigInput> configs, HostedModels models)
{
    // A serverless variant is unloaded after a few minutes without requests; AWS documents no number.
    private static readonly TimeSpan ServerlessIdle = TimeSpan.FromMinutes(5);

    public async Task<AwsResult<EndpointSpec>> PlanAsync(AwsCaller caller, string endpoint, string configName, IReadOnlyDictionary<string, string> tags, CancellationToken ct)
    {
        if (await configs.GetAsync(caller, configName, ct) is not { Request: var config }) return SageMakerErrors.CouldNotFind("endpoint configuration", configs.Arn(caller, configName));
        if (!(await VariantsAsync(config.ProductionVariants!)).TryGet(out var variants, out var failure)) return failure;
        if (!(await VariantsAsync(config.ShadowProductionVariants ?? [])).TryGet(out var shadows, out failure)) return failure;
        foreach (var type in variants.Concat(shadows).GroupBy(v => v.InstanceType))
        {
            if (InstanceQuota.Exceeded("endpoint", type.Key, type.Sum(v => (long)v.InstanceCount)) is { } exceeded) return exceeded;
        }
        return new EndpointSpec
        {
            Id = SageMakerIds.Engine(caller, endpoint),
            Owner = SageMakerIds.Owner,
            Name = endpoint,
            Region = caller.Region,
            Configuration = configName,
            Variants = variants,
            Shadows = shadows,
            Capture = CaptureOf(config.DataCaptureConfig),
            Tags = tags,
        };

        async Task<AwsResult<List<VariantSpec>>> VariantsAsync(IReadOnlyList<ProductionVariant> wanted)
        {
            var found = new List<VariantSpec>();
            foreach (var variant in wanted)
            {
                if (!(await models.ResolveAsync(caller, variant.ModelName!, ct)).TryGet(out var model, out var missing)) return missing;
                if (await models.UnapprovedAsync(caller, variant.ModelName!, ct) is { } unapproved) return unapproved;
                found.Add(ToVariant(endpoint, variant, model));
            }
            return found;
        }
    }

    public static CaptureSpec? CaptureOf(DataCaptureConfig? config)
    {
        if (config is null || config.EnableCapture == false || !S3Place.TryParse(config.DestinationS3Uri, out var target)) return null;
        var modes = config.CaptureOptions!.Select(o => o.CaptureMode).ToList();
        return new CaptureSpec(config.InitialSamplingPercentage!.Value, target, modes.Exists(m => m is "Input" or "InputAndOutput"), modes.Exists(m => m is "Output" or "InputAndOutput"))
        {
            CsvTypes = config.CaptureContentTypeHeader?.CsvContentTypes ?? [],
            JsonTypes = config.CaptureContentTypeHeader?.JsonContentTypes ?? [],
        };
    }

    private static VariantSpec ToVariant(string endpoint, ProductionVariant variant, Engine.Models.ModelSpec model)
    {
        var spec = new VariantSpec
        {
            Name = variant.VariantName!,
            Model = model,
            Weight = variant.InitialVariantWeight ?? 1,
            InstanceType = variant.InstanceType ?? $"ml.serverless.{variant.ServerlessConfig?.MemorySizeInMB}",
            InstanceCount = variant.InitialInstanceCount ?? 1,
            Log = new LogStreamName(SageMakerIds.Owner, $"/aws/sagemaker/Endpoints/{endpoint}", $"{variant.VariantName}/i-{Guid.NewGuid().ToString("n")[..17]}"),
        };
        if (variant.ContainerStartupHealthCheckTimeoutInSeconds is { } start) spec = spec with { StartTimeout = TimeSpan.FromSeconds(start) };
        return variant.ServerlessConfig is { } serverless
            ? spec with { InstanceCount = serverless.ProvisionedConcurrency is > 0 ? 1 : 0, MaxConcurrency = serverless.MaxConcurrency!.Value, IdleTimeout = serverless.ProvisionedConcurrency is > 0 ? null : ServerlessIdle }
            : spec;
    }
}
