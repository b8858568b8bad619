using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker.Algorithms;

/// <summary>Registers SageMaker's built-in algorithms.</summary>
internal static class AlgorithmsRegistration
{
    public static IServiceCollection AddSageMakerAlgorithms(this IServiceCollection services) => services.AddSingleton<ISageMakerAlgorithms, SageMakerAlgorithms>();
}
