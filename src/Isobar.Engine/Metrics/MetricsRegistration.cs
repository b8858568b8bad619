using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Engine.Metrics;

/// <summary>Registers the metric store.</summary>
public static class MetricsRegistration
{
    /// <summary>Adds <see cref="IMetricStore"/> over <c>metrics.db</c> in the data directory.</summary>
    public static IServiceCollection AddMetricStore(this IServiceCollection services) => services.AddSingleton<IMetricStore, MetricStore>();
}
