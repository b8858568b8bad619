using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Training;

/// <summary>Registers training.</summary>
public static class TrainingRegistration
{
    /// <summary>Adds <see cref="ITrainingJobs"/>; unfinished jobs are taken up when the host starts.</summary>
    public static IServiceCollection AddTraining(this IServiceCollection services)
    {
        services.TryAddSingleton<JobPlaces>();
        services.AddSingleton<TrainingJobs>();
        services.AddSingleton<ITrainingJobs>(p => p.GetRequiredService<TrainingJobs>());
        services.AddSingleton<IHostedService>(p => p.GetRequiredService<TrainingJobs>());
        return services;
    }
}
