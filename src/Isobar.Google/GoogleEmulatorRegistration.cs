using System.Text.Json.Nodes;
using Isobar.Google.Identity;
using Isobar.Google.Storage;
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
        return services.AddIdentity().AddStorage();
    }

    /// <summary>Answers every request of this application as Google Cloud would.</summary>
    public static void MapGoogleEmulator(this IApplicationBuilder app)
    {
        var storage = app.ApplicationServices.GetRequiredService<StorageEmulator>();
        // Before routing: an object's name is told from its path only while the escaped slashes are.
        app.Use(next => http => StorageEmulator.Matches(http.Request) ? storage.HandleAsync(http) : next(http));
        app.UseRouting();
        app.UseEndpoints(Map);
        app.Run(async http =>
        {
            if (!await storage.HandleAsync(http).ConfigureAwait(false)) await RefuseAsync(http).ConfigureAwait(false);
        });
    }

    private static void Map(IEndpointRouteBuilder routes) => routes.MapIdentity();

    // google.rpc.Status, as Google's REST front end wraps it.
    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        var status = new JsonObject { ["code"] = 404, ["message"] = $"No method of an emulated Google Cloud service answers {http.Request.Method} {http.Request.Path}.", ["status"] = "NOT_FOUND" };
        http.Response.ContentType = "application/json; charset=UTF-8";
        return http.Response.WriteAsync(new JsonObject { ["error"] = status }.ToJsonString());
    }
}
