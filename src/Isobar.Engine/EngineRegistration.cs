using Isobar.Engine.Batch;
using Isobar.Engine.Keys;
using Isobar.Engine.Logs;
using Isobar.Engine.Metering;
using Isobar.Engine.Metrics;
using Isobar.Engine.Models;
using Isobar.Engine.Monitoring;
using Isobar.Engine.Objects;
using Isobar.Engine.Pipelines;
using Isobar.Engine.Processing;
using Isobar.Engine.Schedules;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Engine.Tracking;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Engine;

/// <summary>Registers the engine, feature by feature.</summary>
public static class EngineRegistration
{
    /// <summary>Adds everything that the engine does.</summary>
    public static IServiceCollection AddIsobarEngine(this IServiceCollection services, EngineOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        return services
            .AddState()
            .AddKeys()
            .AddObjects()
            .AddLogs()
            .AddMetricStore()
            .AddTraining()
            .AddTracking()
            .AddSchedules()
            .AddProcessing()
            .AddTuning()
            .AddPipelines()
            .AddMetering()
            .AddModels()
            .AddServing()
            .AddMonitoring()
            .AddBatch();
    }
}
