using Isobar.Core.Support;
using Isobar.Google.Protocols;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google.Logging;

/// <summary>Registers and routes Cloud Logging.</summary>
internal static class LoggingRegistration
{
    public static IServiceCollection AddCloudLogging(this IServiceCollection services) => services.AddSingleton<LoggingRpc>().AddSingleton(new GoogleService("Google Cloud Logging",
    [
        new("entries.list", SupportLevel.Real, "lines of jobs, endpoints and monitoring jobs, and written entries; one project at once"),
        new("entries.write", SupportLevel.Real, "texts and JSON"),
        new("entries.tail", SupportLevel.Real, "over gRPC"),
        new("projects.logs.list", SupportLevel.Real),
        new("projects.logs.delete", SupportLevel.Real, "written entries"),
        new("monitoredResourceDescriptors.list", SupportLevel.Unsupported),
        new("projects.sinks.create", SupportLevel.Unsupported),
        new("projects.metrics.create", SupportLevel.Unsupported),
    ]));

    public static void MapCloudLogging(this IEndpointRouteBuilder routes) => routes.MapGrpcService<LoggingRpc>();
}
