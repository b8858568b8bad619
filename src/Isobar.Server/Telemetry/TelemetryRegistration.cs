using System.Collections;
using System.Diagnostics;
using Isobar.Engine.Serving;
using Isobar.Server.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Isobar.Server.Telemetry;

/// <summary>
/// Metrics at <c>/metrics</c> for Prometheus; metrics and traces by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names a collector. A trace goes from the gateway
/// through the cloud's client to the port that answers, emulated or real, and from an emulator into the engine.
/// </summary>
internal static class TelemetryRegistration
{
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static bool Exports => Environment.GetEnvironmentVariable(Otlp) is { Length: > 0 };

    /// <summary>OpenTelemetry reads its variables from the host's configuration, which has none of the environment's: these are put there, and no others.</summary>
    public static void AddTelemetryVariables(this IConfigurationBuilder configuration) => configuration.AddInMemoryCollection(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(v => ((string)v.Key).StartsWith("OTEL_", StringComparison.Ordinal)).Select(v => KeyValuePair.Create((string)v.Key, (string?)v.Value)));

    // A thousand services have three backends each, a backend two outcomes; of the 2,000 series that are usual the rest would be one nameless sum.
    private const int MostSeries = 20_000;

    public static IServiceCollection AddTelemetry(this IServiceCollection services)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("isobar")).WithMetrics(m =>
        {
            m.AddMeter(GatewayMeter.Name).AddView("isobar.gateway.*", new MetricStreamConfiguration { CardinalityLimit = MostSeries }).AddPrometheusExporter();
            if (Exports) m.AddOtlpExporter();
        });
        if (Exports) telemetry.WithTracing(t => t.AddSource(GatewayTrace.Name, ServingTrace.Name, "System.Net.Http", "Microsoft.AspNetCore").AddOtlpExporter());
        return services;
    }

    /// <summary>Where nobody collects traces, the host makes no activity for each request.</summary>
    public static ILoggingBuilder QuietUntraced(this ILoggingBuilder logging) => Exports ? logging : logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

    /// <summary>Says in a request's span whose emulator answers it.</summary>
    public static void TellCloud(string cloud) => Activity.Current?.SetTag("isobar.cloud", cloud);

    public static void MapTelemetry(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint("/metrics");
}
