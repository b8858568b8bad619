using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Batch;

/// <summary>Registers batch jobs.</summary>
public static class BatchRegistration
{
    /// <summary>Adds <see cref="IBatchJobs"/>; unfinished jobs are taken up when the host starts.</summary>
    public static IServiceCollection AddBatch(this IServiceCollection services) => services
        .AddSingleton<BatchJobs>()
        .AddSingleton<IBatchJobs>(p => p.GetRequiredService<BatchJobs>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<BatchJobs>());
}
