using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;

namespace Isobar.Google.CloudMonitoring;

/// <summary>Endpoint metrics as Cloud Monitoring shows them, by endpoint and deployed model.</summary>
internal sealed class EndpointMetricNames : IServingMetricsNames
{
    public const string Resource = "aiplatform.googleapis.com/Endpoint";
    public const string Predictions = "aiplatform.googleapis.com/prediction/online/prediction_count", Errors = "aiplatform.googleapis.com/prediction/online/error_count", Latencies = "aiplatform.googleapis.com/prediction/online/prediction_latencies";

    public string Owner => SeriesName.Realm;

    public MetricId? Name(EndpointSpec endpoint, string variant, ServingMetric metric) => metric switch
    {
        ServingMetric.Invocations => Series(endpoint, variant, Predictions),
        // Both are errors, and add up.
        ServingMetric.ClientErrors or ServingMetric.ServerErrors => Series(endpoint, variant, Errors),
        ServingMetric.ModelLatency => Series(endpoint, variant, Latencies, "model"),
        ServingMetric.OverheadLatency => Series(endpoint, variant, Latencies, "overhead"),
        _ => null,
    };

    public string Unit(ServingMetric metric) => metric is ServingMetric.ModelLatency or ServingMetric.OverheadLatency ? "us" : "1";

    private static MetricId? Series(EndpointSpec endpoint, string variant, string type, string? latency = null)
    {
        // gcp/projects/P/locations/L/endpoints/ID
        if (endpoint.Id.Split('/') is not [_, _, var project, _, var location, _, var id]) return null;
        var labels = new Dictionary<string, string> { ["deployed_model_id"] = variant };
        if (latency is not null) labels["latency_type"] = latency;
        return new SeriesName(project, type, labels, Resource, new Dictionary<string, string> { ["resource_container"] = project, ["location"] = location, ["endpoint_id"] = id }).Id;
    }
}
