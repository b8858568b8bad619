using Isobar.Engine.Metrics;

namespace Isobar.Engine.Serving;

/// <summary>What serving measures for each variant.</summary>
public enum ServingMetric
{
    /// <summary>Requests, each counting 1.</summary>
    Invocations,
    /// <summary>Requests, each counting 1 over the instances of the variant.</summary>
    InvocationsPerInstance,
    /// <summary>Time in the model, microseconds.</summary>
    ModelLatency,
    /// <summary>Time of the request outside of the model, microseconds.</summary>
    OverheadLatency,
    /// <summary>1 for a request refused as the caller's fault, else 0.</summary>
    ClientErrors,
    /// <summary>1 for a request that failed in the model or the engine, else 0.</summary>
    ServerErrors,
    /// <summary>Time to load the model for a request that found none running, microseconds.</summary>
    ColdStart,
}

/// <summary>How one dialect names the series of serving. Registered by each cloud for its <see cref="Owner"/>; without one, series are named <c>isobar/serving</c>.</summary>
public interface IServingMetricsNames
{
    /// <summary>The cloud, as in <see cref="EndpointSpec.Owner"/>.</summary>
    string Owner { get; }
    /// <summary>The series that receives a measurement; null: not shown by this cloud.</summary>
    MetricId? Name(EndpointSpec endpoint, string variant, ServingMetric metric);
    /// <summary>The unit shown.</summary>
    string Unit(ServingMetric metric);
}
