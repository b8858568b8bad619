using Isobar.Aws.Protocols;
using Isobar.Aws.SageMakerRuntime.Async;
using Isobar.Aws.SageMakerRuntime.Codecs;
using Isobar.Engine.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMakerRuntime;

/// <summary>Registers the runtime and the codecs of SageMaker's algorithms.</summary>
internal static class SageMakerRuntimeRegistration
{
    public static IServiceCollection AddSageMakerRuntime(this IServiceCollection services)
    {
        services.AddSingleton<IAwsService, SageMakerRuntimeService>();
        services.AddSingleton<IAsyncTargets, ConfiguredAsyncTargets>();
        services.AddSingleton<AsyncInvocations>();
        services.AddSingleton<AsyncRunner>();
        services.AddHostedService(p => p.GetRequiredService<AsyncRunner>());
        services.AddSingleton<IInvocationCodecFactory, XgBoostCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, LinearLearnerCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, KMeansCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, PcaCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, KnnCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, RandomCutForestCodecFactory>();
        services.AddSingleton<IInvocationCodecFactory, NeutralCodecFactory>();
        return services;
    }
}
