using System.Text.Json.Nodes;
using Isobar.Google.AutoMl;
using Isobar.Google.CloudMonitoring;
using Isobar.Google.Identity;
using Isobar.Google.Logging;
using Isobar.Google.Protocols;
using Isobar.Google.Storage;
using Isobar.Google.VertexAi;
using Isobar.Google.VertexAi.Prediction;
using Isobar.Google.VertexAi.Prediction.Fast;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Google;

/// <summary>Registers the Google Cloud emulator, service by service.</summary>
public static class GoogleEmulatorRegistration
{
    // Of this version no method is there.
    private static readonly PathString Beta = "/v1beta1";

    /// <summary>Adds the emulator and all its services. The engine must be there too.</summary>
    public static IServiceCollection AddGoogleEmulator(this IServiceCollection services)
    {
        services.AddRouting();
        return services.AddIdentity().AddStorage().AddVertexAi().AddAutoMlV1().AddCloudLogging().AddCloudMonitoring();
    }

    /// <summary>Answers every request of this application as Google Cloud would.</summary>
    public static void MapGoogleEmulator(this IApplicationBuilder app)
    {
        var storage = app.ApplicationServices.GetRequiredService<StorageEmulator>();
        // Before routing: an object's name is told from its path only while the escaped slashes are.
        app.Use(next => http => StorageEmulator.Matches(http.Request) ? storage.HandleAsync(http) : next(http));
        app.Use(next => http =>
        {
            // Google's client for Node.js asks for operations by the first of the paths that they have in its list, which is the console's.
            if (http.Request.Path.StartsWithSegments("/ui/projects", out var rest)) http.Request.Path = "/v1/projects" + rest;
            return next(http);
        });
        app.Use(next => http =>
        {
            if (AutoMlRegistration.IsFor(http.Request)) http.Request.Path = AutoMlRegistration.Prefix + http.Request.Path;
            return next(http);
        });
        var predictions = app.ApplicationServices.GetRequiredService<PredictionRoutes>();
        app.Use(next => http => PredictionRoutes.MethodOf(http.Request) is { } method ? predictions.HandleAsync(http, method) : next(http));
        var calls = app.ApplicationServices.GetRequiredService<PredictCalls>();
        app.Use(next => http => PredictCalls.Matches(http.Request) ? calls.HandleAsync(http, next) : next(http));
        app.Use(next => http => SnakeMasks.Matches(http.Request) ? SnakeMasks.MendAsync(http, next) : next(http));
        app.Use(next => http => IsRest(http.Request) ? RestErrors.WrapAsync(http, next) : next(http));
        app.UseRouting();
        app.Use(next => http => IsRest(http.Request) && IsUnknownVerb(http) ? RefuseAsync(http) : next(http));
        app.Use(next => http => IsRest(http.Request) ? JsonNames.CheckAsync(http, next) : next(http));
        app.UseEndpoints(Map);
        app.Run(async http =>
        {
            // What looks like a bucket with a version's name is a method of that version.
            if (http.Request.Path.StartsWithSegments(Beta) || !await storage.HandleAsync(http).ConfigureAwait(false)) await RefuseAsync(http).ConfigureAwait(false);
        });
    }

    private static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapIdentity();
        routes.MapVertexAi();
        routes.MapAutoMlV1();
        routes.MapCloudLogging();
        routes.MapCloudMonitoring();
    }

    private static bool IsRest(HttpRequest request) => (request.Path.StartsWithSegments("/v1") || request.Path.StartsWithSegments("/v2") || request.Path.StartsWithSegments("/v3") || request.Path.StartsWithSegments(Beta) || request.Path.StartsWithSegments(AutoMlRegistration.Prefix)) && request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true;

    // The last part of a resource's name matches any text, a verb that is not built too; no name ends in one.
    private static bool IsUnknownVerb(HttpContext http) =>
        (http.GetEndpoint() as RouteEndpoint)?.RoutePattern is { } pattern && !(pattern.RawText ?? "").Contains(':') && http.Request.Path.Value!.AsSpan()[(http.Request.Path.Value!.LastIndexOf('/') + 1)..].Contains(':');

    // A path of a Google service that nothing answers is a method that is not built.
    private static Task RefuseAsync(HttpContext http)
    {
        var (known, message) = (IsRest(http.Request), $"No method of an emulated Google Cloud service answers {http.Request.Method} {http.Request.Path}.");
        http.Response.StatusCode = known ? StatusCodes.Status501NotImplemented : StatusCodes.Status404NotFound;
        http.Response.ContentType = "application/json; charset=UTF-8";
        // The wrapping of /v1, /v2 and /v3 wants the bare status.
        var status = new JsonObject { ["code"] = known ? 12 : 404, ["message"] = message, ["status"] = known ? "UNIMPLEMENTED" : "NOT_FOUND" };
        return http.Response.WriteAsync((known ? status : new JsonObject { ["error"] = status }).ToJsonString());
    }
}
