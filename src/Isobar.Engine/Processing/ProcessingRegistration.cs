using Isobar.Engine.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Processing;

/// <summary>Registers processing.</summary>
public static class ProcessingRegistration
{
    /// <summary>Adds <see cref="IProcessingJobs"/>; unfinished jobs are taken up when the host starts.</summary>
    public static IServiceCollection AddProcessing(this IServiceCollection services)
    {
        services.TryAddSingleton<JobPlaces>();
        services.AddSingleton<ProcessingJobs>();
        services.AddSingleton<IProcessingJobs>(p => p.GetRequiredService<ProcessingJobs>());
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<ProcessingJobs>());
        return services;
    }
}
