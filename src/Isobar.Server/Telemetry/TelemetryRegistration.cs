using Isobar.Server.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Isobar.Server.Telemetry;

/// <summary>
/// Metrics at <c>/metrics</c> for Prometheus; metrics and traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector. A trace goes from the gateway
/// through the cloud's client to the port that answers, emulated or real.
/// </summary>
internal static class TelemetryRegistration
{
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static bool Exports => Environment.GetEnvironmentVariable(Otlp) is { Length: > 0 };

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("isobar")).WithMetrics(m =>
        {
            m.AddMeter(GatewayMeter.Name).AddPrometheusExporter();
            if (Exports) m.AddOtlpExporter();
        });
        if (Exports) telemetry.WithTracing(t => t.AddSource(GatewayTrace.Name, "System.Net.Http", "Microsoft.AspNetCore").AddOtlpExporter());
        return services;
    }

    /// <summary>Where nobody collects traces, the host makes no activity for each request.</summary>
    public static ILoggingBuilder QuietUntraced(this ILoggingBuilder logging) => Exports ? logging : logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

    public static void MapTelemetry(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics");
}
