using Isobar.Core.Support;
using Isobar.Engine.Serving;
using Isobar.Google.CloudMonitoring.V3;
using Isobar.Google.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.CloudMonitoring;

/// <summary>Registers and routes Cloud Monitoring.</summary>
internal static class MonitoringRegistration
{
    private static readonly string[] Absent =
        ["MetricService.CreateServiceTimeSeries", "QueryService.QueryTimeSeries", "AlertPolicyService.ListAlertPolicies", "AlertPolicyService.GetAlertPolicy", "AlertPolicyService.CreateAlertPolicy", "AlertPolicyService.UpdateAlertPolicy", "AlertPolicyService.DeleteAlertPolicy"];

    public static IServiceCollection AddCloudMonitoring(this IServiceCollection services) => services
        .AddSingleton<IServingMetricsNames, EndpointMetricNames>()
        .AddSingleton<Descriptors>().AddSingleton<TimeSeriesReader>().AddSingleton<TimeSeriesWriter>().AddSingleton<MetricRpc>()
        .AddSingleton(new GoogleService("Google Cloud Monitoring",
        [
            .. MetricService.Descriptor.Methods.Select(m => new OperationSupport($"MetricService.{m.Name}", SupportLevel.Real, m.Name switch
            {
                "ListTimeSeries" => "endpoints' prediction_count (requests), error_count and prediction_latencies, and metrics of your own at 10 s",
                "CreateTimeSeries" => "gauges and cumulative metrics of numbers and booleans",
                _ => null,
            })),
            .. Absent.Select(m => new OperationSupport(m, SupportLevel.Unsupported)),
        ]));

    public static void MapCloudMonitoring(this IEndpointRouteBuilder routes) => routes.MapGrpcService<MetricRpc>();
}
