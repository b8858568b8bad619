using System.Text.Json.Nodes;
using Isobar.Azure.Blobs;
using Isobar.Azure.Identity;
using Isobar.Azure.MachineLearning;
using Isobar.Azure.MachineLearning.OnlineEndpoints;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Isobar.Azure;

/// <summary>Registers the Azure emulator, service by service.</summary>
public static class AzureEmulatorRegistration
{
    /// <summary>Adds the emulator and all its services. The engine must be there too.</summary>
    public static IServiceCollection AddAzureEmulator(this IServiceCollection services)
    {
        services.AddRouting();
        return services.AddIdentity().AddBlobs().AddArm().AddResources().AddMachineLearning();
    }

    /// <summary>Only requests with a token, a key or a signature of this machine are answered. Registered after <see cref="AddAzureEmulator"/>.</summary>
    public static IServiceCollection AddAzureVerification(this IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton(new AzureSecurity(Verify: true)));

    /// <summary>Answers every request of this application as Azure would.</summary>
    public static void MapAzureEmulator(this IApplicationBuilder app)
    {
        var scoring = app.ApplicationServices.GetRequiredService<ScoringRoute>();
        // Before routing, which a request for scores has no need of.
        app.Use(next => http => ScoringRoute.Matches(http.Request) ? scoring.HandleAsync(http) : next(http));
        app.UseBlobs();
        app.Use(next => http =>
        {
            // Azure's command line leaves an empty parent in the address of a resource that has none.
            if (http.Request.Path.StartsWithSegments("/subscriptions") && http.Request.Path.Value!.Contains("//", StringComparison.Ordinal)) http.Request.Path = http.Request.Path.Value!.Replace("//", "/", StringComparison.Ordinal);
            return next(http);
        });
        app.UseRouting();
        app.UseEndpoints(Map);
        app.Run(RefuseAsync);
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapIdentity();
        routes.MapArm();
        routes.MapResources();
        routes.MapMachineLearning();
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        var error = new JsonObject { ["code"] = "NoRegisteredProviderFound", ["message"] = $"No emulated resource provider answers {http.Request.Method} {http.Request.Path}." };
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString());
    }
}
