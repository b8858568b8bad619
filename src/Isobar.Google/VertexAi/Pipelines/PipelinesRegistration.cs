using Isobar.Engine.Pipelines;
using Isobar.Google.VertexAi.MetadataStores;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Pipelines.Kubeflow;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.VertexAi.Pipelines;

/// <summary>Registers pipelines and the metadata store that they write.</summary>
internal static class PipelinesRegistration
{
    public static IServiceCollection AddVertexPipelines(this IServiceCollection services) => services
        .AddSingleton<MetadataTables>().AddSingleton<Lineage>().AddSingleton<MetadataRpc>()
        .AddSingleton<PythonRuntime>().AddSingleton<TaskPlanner>().AddSingleton<ExecutorOutput>().AddSingleton<IPipelineTasks, KubeflowTasks>()
        .AddSingleton<PipelineMetadata>().AddSingleton<PipelineTemplates>().AddSingleton<PipelineParameters>().AddSingleton<PipelineJobs>().AddSingleton<PipelineBatches>().AddSingleton<IFollowedWork>(p => p.GetRequiredService<PipelineBatches>()).AddSingleton<PipelineRpc>();
}
