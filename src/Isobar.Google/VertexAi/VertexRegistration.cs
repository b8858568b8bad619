using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Isobar.Engine.Batch;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Engine.Tuning;
using Isobar.Google.Protocols;
using Isobar.Google.VertexAi.BatchPredictions;
using Isobar.Google.VertexAi.Datasets;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Evaluations;
using Isobar.Google.VertexAi.Explanations;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Locations;
using Isobar.Google.VertexAi.MetadataStores;
using Isobar.Google.VertexAi.ModelMonitoring;
using Isobar.Google.VertexAi.Models;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Pipelines;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Prediction.Fast;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.Schedules;
using Isobar.Google.VertexAi.Tensorboards;
using Isobar.Google.VertexAi.TrainingPipelines;
using Isobar.Google.VertexAi.Tuning;
using Isobar.Google.VertexAi.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isobar.Google.VertexAi;

/// <summary>Registers and routes Vertex AI.</summary>
internal static class VertexRegistration
{
    /// <summary>As much as Vertex AI takes; artifacts go by Cloud Storage.</summary>
    private const int MaxMessage = 64 << 20;

    public static IServiceCollection AddVertexAi(this IServiceCollection services)
    {
        services.AddGrpc(o =>
        {
            o.MaxReceiveMessageSize = MaxMessage;
            o.Interceptors.Add<RequestFields>();
        }).AddJsonTranscoding(o => o.TypeRegistry = Types());
        return services
            .AddSingleton<NameLocks>().AddSingleton(p => new Lazy<IEnumerable<IFollowedWork>>(p.GetServices<IFollowedWork>)).AddSingleton<OperationTable>().AddSingleton<OperationsRpc>().AddSingleton<LocationsRpc>()
            .AddSingleton<CustomJobPlanner>().AddSingleton<JobRpc>()
            .AddSingleton<TrialLauncher>().AddSingleton<ITrialLauncher>(p => p.GetRequiredService<TrialLauncher>()).AddSingleton<HyperparameterTuningJobs>()
            .AddSingleton<BatchPredictionInput>().AddSingleton<BatchPredictionPlanner>().AddSingleton<BatchPredictions.BatchPredictions>()
            .AddSingleton<MonitoringStorage>().AddSingleton<TrainingBaseline>().AddSingleton<MonitoringPlanner>().AddSingleton<MonitoringJobs>().AddSingleton<StatsAnomalies>().AddSingleton<RequestLogging>()
            .AddSingleton<IMonitoringFormat>(new JsonReports(CustomJobPlanner.Owner))
            .AddSingleton<ModelStore>().AddSingleton<ModelUploads>().AddSingleton<ModelExport>().AddSingleton<EvaluationStore>().AddSingleton<ModelRpc>()
            .AddSingleton<DatasetStore>().AddSingleton<ItemImport>().AddSingleton<ItemExport>().AddSingleton<DatasetRpc>()
            .AddSingleton<ManagedStorage>().AddSingleton<TabularSplit>().AddSingleton<IAutoMlKind, TableKind>().AddSingleton<IAutoMlKind, TextKind>().AddSingleton<IAutoMlKind, ImageKind>().AddSingleton<IAutoMlKind, ForecastKind>().AddSingleton<AutoMlTask>().AddSingleton<CustomTask>().AddSingleton<IInvocationCodecFactory, AutoMlCodecFactory>()
            .AddSingleton<TrainingPipelines.TrainingPipelines>().AddSingleton<IHostedService>(p => p.GetRequiredService<TrainingPipelines.TrainingPipelines>())
            .AddSingleton<EndpointStore>().AddSingleton<Deployments>().AddSingleton<EndpointRpc>()
            .AddSingleton<Explainer>().AddSingleton<IAnswerExtension, BatchExplanations>().AddSingleton<ExplainCall>().AddSingleton<DirectCall>().AddSingleton<PredictionRpc>().AddSingleton<PredictionRoutes>().AddSingleton<PredictCalls>()
            .AddVertexPipelines().AddVertexSchedules()
            .AddSingleton<TimeSeriesPoints>().AddSingleton<TensorboardStore>().AddSingleton<TensorboardRpc>()
            .AddSingleton(Service);
    }

    public static void MapVertexAi(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<OperationsRpc>();
        routes.MapGrpcService<LocationsRpc>();
        routes.MapGrpcService<JobRpc>();
        routes.MapGrpcService<ModelRpc>();
        routes.MapGrpcService<EndpointRpc>();
        routes.MapGrpcService<PredictionRpc>();
        routes.MapGrpcService<PipelineRpc>();
        routes.MapGrpcService<ScheduleRpc>();
        routes.MapGrpcService<MetadataRpc>();
        routes.MapGrpcService<DatasetRpc>();
        routes.MapGrpcService<TensorboardRpc>();
    }

    /// <summary>What an operation's answer or a status's detail may hold: JSON has to know the type behind its name.</summary>
    private static TypeRegistry Types() => TypeRegistry.FromFiles(
        ErrorDetailsReflection.Descriptor, EmptyReflection.Descriptor, JobServiceReflection.Descriptor, ModelMonitoringReflection.Descriptor, ModelServiceReflection.Descriptor, EndpointServiceReflection.Descriptor, CommonReflection.Descriptor,
        MetadataReflection.Descriptor, MetadataServiceReflection.Descriptor, PipelineServiceReflection.Descriptor, ScheduleServiceReflection.Descriptor, DatasetServiceReflection.Descriptor, TensorboardReflection.Descriptor, TensorboardServiceReflection.Descriptor, AutoMl.V1.AutomlReflection.Descriptor);

    private static GoogleService Service { get; } = new("Google Vertex AI", VertexSupport.All);
}
