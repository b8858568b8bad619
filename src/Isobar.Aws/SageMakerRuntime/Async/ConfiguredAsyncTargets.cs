using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMakerRuntime.Async;

/// <summary>Reads AsyncInferenceConfig from the stored endpoint configurations.</summary>
internal sealed class ConfiguredAsyncTargets(ResourceTable<CreateEndpointConfigInput> configs) : IAsyncTargets
{
    // SageMaker chooses a number for the model and documents none.
    private const int DefaultConcurrency = 4;

    public async Task<AsyncTarget?> FindAsync(AwsCaller caller, string configuration, CancellationToken ct)
    {
        if (await configs.GetAsync(caller, configuration, ct) is not { Request.AsyncInferenceConfig: { } config }) return null;
        if (!S3Place.TryParse(config.OutputConfig?.S3OutputPath, out var output)) return null;
        return new AsyncTarget(output, S3Place.TryParse(config.OutputConfig?.S3FailurePath, out var failure) ? failure : null, config.ClientConfig?.MaxConcurrentInvocationsPerInstance ?? DefaultConcurrency);
    }
}
