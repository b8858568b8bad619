using Isobar.Server.Dashboard.Assets;
using Isobar.Server.Dashboard.Live;
using Isobar.Server.Dashboard.SignIn;
using Isobar.Server.Hosting;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Dashboard;

/// <summary>
/// The dashboard at <c>/dashboard</c> of the control port. It is a branch of its own, which is put together when the first page is asked for: whoever never looks pays
/// nothing for it at the start.
/// </summary>
internal static class DashboardBranch
{
    private const string At = "/dashboard";
    /// <summary>Styles stand in attributes where charts and bars have their sizes; scripts come from here alone.</summary>
    private const string Policy = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; font-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void AddDashboard(this IServiceCollection services) => services
        .AddSingleton<TrafficHistory>().AddHostedService(s => s.GetRequiredService<TrafficHistory>())
        .AddSingleton<DashboardContainer>();

    public static void UseDashboard(this IApplicationBuilder app)
    {
        var container = app.ApplicationServices.GetRequiredService<DashboardContainer>();
        var branch = new Lazy<RequestDelegate>(() => Build(container.Services));
        app.Use(next => http =>
        {
            if (http.Request.Path == "/")
            {
                http.Response.Redirect(At);
                return Task.CompletedTask;
            }
            if (!http.Request.Path.StartsWithSegments(At, StringComparison.Ordinal, out var rest)) return next(http);
            (http.Request.PathBase, http.Request.Path) = (At, rest.HasValue ? rest : "/");
            http.Features.Set<IServiceProvidersFeature>(new RequestServicesFeature(http, container.Services.GetRequiredService<IServiceScopeFactory>()));
            return branch.Value(http);
        });
    }

    private static RequestDelegate Build(IServiceProvider services)
    {
        var app = new ApplicationBuilder(services);
        var requireKeys = services.GetRequiredService<IsobarServerOptions>().RequireKeys;
        app.Use(GuardAsync);
        app.UseStatusCodePagesWithReExecute("/missing");
        if (requireKeys)
        {
            app.UseAuthentication();
            app.Use(next => http => DashboardSession.GateAsync(http, next));
        }
        app.UseRouting();
        app.UseAntiforgery();
        app.UseEndpoints(routes =>
        {
            // Nobody may frame the pages: that is in the policy above, and a second header would only repeat a weaker one.
            routes.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
            if (requireKeys) routes.MapPost("/sign-out", SignOutAsync);
        });
        return app.Build();
    }

    private static Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        // What is drawn is in the assembly, and the same for everybody: the sign-in page needs it too.
        if (http.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal, out var asset)) return DashboardAssets.AnswerAsync(http, asset.Value!.TrimStart('/'));
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        // A page of another site may open a web socket to here, since no rule of browsers forbids it.
        if (http.Request.Headers.Origin is [{ Length: > 0 } origin] && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(http.Request.Host.Value, StringComparison.OrdinalIgnoreCase)))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }
        return next(http);
    }

    private static async Task SignOutAsync(HttpContext http, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http).ConfigureAwait(false))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        await http.SignOutAsync(DashboardSession.Scheme).ConfigureAwait(false);
        http.Response.Redirect($"{At}/sign-in");
    }
}
