using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Engine.Pipelines;

/// <summary>Registers pipelines.</summary>
public static class PipelinesRegistration
{
    /// <summary>Adds <see cref="IPipelineExecutions"/>; unfinished executions are taken up when the host starts.</summary>
    public static IServiceCollection AddPipelines(this IServiceCollection services) => services
        .AddSingleton<StepCache>()
        .AddSingleton<PipelineExecutions>()
        .AddSingleton<IPipelineExecutions>(p => p.GetRequiredService<PipelineExecutions>())
        .AddSingleton<IHostedService>(p => p.GetRequiredService<PipelineExecutions>());
}
