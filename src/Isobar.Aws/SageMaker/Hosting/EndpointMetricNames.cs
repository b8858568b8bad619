using Isobar.Engine.Metrics;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>Endpoint metrics as CloudWatch shows them: namespace <c>AWS/SageMaker</c>, dimensions <c>EndpointName</c> and <c>VariantName</c>.</summary>
internal sealed class EndpointMetricNames : IServingMetricsNames
{
    public string Owner => "aws";

    public MetricId? Name(EndpointSpec endpoint, string variant, ServingMetric metric) => MetricId.Of(
        "aws", "AWS/SageMaker",
        metric switch
        {
            ServingMetric.ClientErrors => "Invocation4XXErrors",
            ServingMetric.ServerErrors => "Invocation5XXErrors",
            ServingMetric.ColdStart => "ModelSetupTime",
            _ => metric.ToString(),
        },
        KeyValuePair.Create("EndpointName", endpoint.Name), KeyValuePair.Create("VariantName", variant));

    public string Unit(ServingMetric metric) => metric is ServingMetric.ModelLatency or ServingMetric.OverheadLatency or ServingMetric.ColdStart ? "Microseconds" : "None";
}
