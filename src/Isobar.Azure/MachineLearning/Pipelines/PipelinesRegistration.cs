using Isobar.Azure.MachineLearning.Jobs;
using Isobar.Engine.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.MachineLearning.Pipelines;

/// <summary>Registers pipeline jobs.</summary>
internal static class PipelinesRegistration
{
    public static IServiceCollection AddPipelineJobs(this IServiceCollection services) => services
        .AddSingleton<NodeComponents>().AddSingleton<IJobType, PipelineJobs>().AddSingleton<ReusedJobs>().AddSingleton<IJobType>(p => p.GetRequiredService<ReusedJobs>()).AddSingleton<IPipelineTasks, PipelineTasks>();
}
