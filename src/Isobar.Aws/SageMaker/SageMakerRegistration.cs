using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.AutoMl;
using Isobar.Aws.SageMaker.Experiments;
using Isobar.Aws.SageMaker.Hosting;
using Isobar.Aws.SageMaker.Monitoring;
using Isobar.Aws.SageMaker.Pipelines;
using Isobar.Aws.SageMaker.Processing;
using Isobar.Aws.SageMaker.Registry;
using Isobar.Aws.SageMaker.Resources;
using Isobar.Aws.SageMaker.Searching;
using Isobar.Aws.SageMaker.Tagging;
using Isobar.Aws.SageMaker.Training;
using Isobar.Aws.SageMaker.Transform;
using Isobar.Aws.SageMaker.Tuning;
using Isobar.Aws.SageMaker.Wire;
using Isobar.Aws.SageMakerMetrics;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Pipelines;
using Isobar.Engine.State;
using Isobar.Engine.Tuning;
using Isobar.Engine.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Aws.SageMaker;

/// <summary>Registers SageMaker's control plane.</summary>
internal static class SageMakerRegistration
{
    public static IServiceCollection AddSageMaker(this IServiceCollection services)
    {
        services.AddSingleton<RoleCheck>();
        services.AddSingleton<ResourceTags>();
        services.AddSingleton<IAwsService, SageMakerService>();
        services.AddOperations<TagOperations>();
        services.AddSingleton<S3Inputs>();
        services.AddTable<CreateTrainingJobRequest>("training-job").AddSingleton<TrainingPlanner>().AddOperations<TrainingJobOperations>();
        services.AddTable<CreateModelPackageGroupInput>("model-package-group").AddTable<CreateModelPackageInput>("model-package").AddSingleton<ModelPackageStore>();
        services.AddOperations<ModelPackageGroupOperations>().AddOperations<ModelPackageOperations>();
        services.AddTable<CreateModelInput>("model").AddSingleton<HostedModels>().AddOperations<ModelOperations>();
        services.AddTable<CreateEndpointConfigInput>("endpoint-config").AddOperations<EndpointConfigOperations>();
        services.AddTable<CreateEndpointInput>("endpoint").AddSingleton<EndpointPlanner>();
        services.AddOperations<EndpointOperations>();
        services.AddSingleton<IServingMetricsNames, EndpointMetricNames>();
        services.AddTable<CreateTransformJobRequest>("transform-job").AddSingleton<TransformPlanner>();
        services.AddOperations<TransformJobOperations>();
        services.AddTable<CreateProcessingJobRequest>("processing-job").AddSingleton<ProcessingPlanner>();
        services.AddOperations<ProcessingJobOperations>();
        services.AddTable<CreateHyperParameterTuningJobRequest>("hyper-parameter-tuning-job").AddSingleton<TuningDefinitions>().AddSingleton<TuningPlanner>().AddSingleton<ITrialLauncher, TrialLauncher>().AddOperations<TuningJobOperations>();
        services.AddTable<CreateAutoMLJobV2Request>("automl-job").AddSingleton<AutoMlArtifacts>().AddSingleton<AutoMlPlanner>().AddOperations<AutoMlOperations>();
        services.AddTable<CreatePipelineRequest>("pipeline").AddSingleton<IPipelineTasks, PipelineTasks>().AddOperations<PipelineOperations>().AddOperations<ExecutionOperations>();
        services.AddTable<CreateExperimentRequest>("experiment").AddTable<CreateTrialRequest>("experiment-trial").AddTable<CreateTrialComponentRequest>("experiment-trial-component");
        services.AddSingleton<TrialLinks>().AddSingleton<TrialMetrics>().AddSingleton<IAwsService, SageMakerMetricsService>();
        services.AddOperations<ExperimentOperations>().AddOperations<TrialOperations>().AddOperations<TrialComponentOperations>().AddOperations<SearchOperations>();
        services.AddTable<CreateDataQualityJobDefinitionRequest>("data-quality-job-definition").AddTable<CreateModelQualityJobDefinitionRequest>("model-quality-job-definition").AddOperations<JobDefinitionOperations>();
        services.AddTable<CreateMonitoringScheduleRequest>("monitoring-schedule").AddSingleton<MonitorPlanner>();
        if (services.Has<IMonitoringSchedules>()) services.AddOperations<MonitoringScheduleOperations>();
        return services;
    }

    // Operations whose part of the engine is not there are answered as unknown.
    private static bool Has<T>(this IServiceCollection services) => services.Any(d => d.ServiceType == typeof(T));

    private static IServiceCollection AddTable<T>(this IServiceCollection services, string kind) where T : class =>
        services.AddSingleton(p => new ResourceTable<T>(p.GetRequiredService<IStateStore>(), p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ResourceTags>(), kind));

    private static IServiceCollection AddOperations<T>(this IServiceCollection services) where T : class, ISageMakerOperations =>
        services.AddSingleton<T>().AddSingleton<ISageMakerOperations>(p => p.GetRequiredService<T>());
}
