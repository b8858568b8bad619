using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google;

/// <summary>Registers the Google Cloud emulator, service by service.</summary>
public static class GoogleEmulatorRegistration
{
    /// <summary>Adds the emulator and all its services. The engine must be there too.</summary>
    public static IServiceCollection AddGoogleEmulator(this IServiceCollection services)
    {
        services.AddRouting();
        return services;
    }

    /// <summary>Answers every request of this application as Google Cloud would.</summary>
    public static void MapGoogleEmulator(this IApplicationBuilder app)
    {
        app.UseRouting();
        app.UseEndpoints(Map);
        app.Run(RefuseAsync);
    }

    private static void Map(IEndpointRouteBuilder routes) { }

    // google.rpc.Status, as Google's REST front end wraps it.
    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        var status = new JsonObject { ["code"] = 404, ["message"] = $"No method of an emulated Google Cloud service answers {http.Request.Method} {http.Request.Path}.", ["status"] = "NOT_FOUND" };
        http.Response.ContentType = "application/json; charset=UTF-8";
        return http.Response.WriteAsync(new JsonObject { ["error"] = status }.ToJsonString());
    }
}
