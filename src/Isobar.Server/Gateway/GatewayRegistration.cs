using Isobar.Google.VertexAi.Prediction.OverRest;
using Isobar.Server.Gateway.Canaries;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Dispatch;
using Isobar.Server.Gateway.Health;
using Isobar.Server.Gateway.Keys;
using Isobar.Server.Gateway.Labels;
using Isobar.Server.Gateway.Shadows;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway;

/// <summary>Registers the gateway: one address for a model on several clouds.</summary>
internal static class GatewayRegistration
{
    /// <summary>Adds it; <c>IClouds</c> must be there.</summary>
    public static IServiceCollection AddGateway(this IServiceCollection services) => services
        .AddSingleton<ServiceTable>()
        .AddSingleton<UpstreamFactory>()
        .AddSingleton<ServiceCatalog>()
        .AddSingleton<Dispatcher>()
        .AddSingleton<ShadowCopies>()
        .AddSingleton<ApiKeys>()
        .AddSingleton<TokenValidation>()
        .AddSingleton<AccessGate>()
        .AddSingleton<GatewayMeter>()
        .AddSingleton<PredictionKeeper>().AddHostedService(p => p.GetRequiredService<PredictionKeeper>())
        .AddSingleton<PredictionGateway>()
        .AddPredictionOverRest(p =>
        {
            var gateway = p.GetRequiredService<PredictionGateway>();
            return http => gateway.TryHandle(http, out var answered) ? answered : null;
        })
        .AddHostedService<GatewayLifetime>()
        .AddHostedService<HealthChecks>()
        .AddHostedService<CanaryController>();

    /// <summary>Predictions, before any routing: the hot path. Those that come over gRPC take the same way in the words of REST.</summary>
    public static void UseGateway(this IApplicationBuilder app)
    {
        var gateway = app.ApplicationServices.GetRequiredService<PredictionGateway>();
        // A builder of its own: its routes are not the control plane's.
        var grpc = new ApplicationBuilder(app.ApplicationServices);
        grpc.UseRouting().UseEndpoints(r => r.MapPredictionOverRest());
        var calls = grpc.Build();
        app.Use(next => http => gateway.TryHandle(http, out var answered) ? answered : PredictionOverRest.Matches(http.Request) ? calls(http) : next(http));
    }

    /// <summary>The control plane's calls.</summary>
    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapServices();
        routes.MapKeys();
        routes.MapLabels();
    }
}
