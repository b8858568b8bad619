using System.Globalization;
using System.Text;
using Isobar.Server.Dashboard.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Dashboard;

/// <summary>The dashboard of the control port: pages rendered here, which a few lines of script keep fresh. Nothing of them is loaded from elsewhere.</summary>
internal static class DashboardRoutes
{
    private const string Policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static IServiceCollection AddDashboard(this IServiceCollection services) => services.AddSingleton<CloudReads>();

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", http => { http.Response.Redirect("/dashboard"); return Task.CompletedTask; });
        pages.MapGet("/dashboard", http => PageAsync<Overview>(http));
        pages.MapGet("/dashboard/jobs", http => PageAsync<Jobs>(http, Paged(http)));
        pages.MapGet("/dashboard/jobs/{cloud}/{name}", http => PageAsync<Job>(http, new() { ["Cloud"] = http.GetRouteValue("cloud"), ["Name"] = http.GetRouteValue("name") }));
        pages.MapGet("/dashboard/endpoints", http => PageAsync<Endpoints>(http, Paged(http)));
        pages.MapGet("/dashboard/models", http => PageAsync<Models>(http, Paged(http)));
        pages.MapGet("/dashboard/costs", http => PageAsync<Costs>(http));
        pages.MapGet("/dashboard/dashboard.css", http => FileAsync(http, "dashboard.css", "text/css; charset=utf-8"));
        pages.MapGet("/dashboard/dashboard.js", http => FileAsync(http, "dashboard.js", "text/javascript; charset=utf-8"));
    }

    private static Dictionary<string, object?> Paged(HttpContext http) =>
        new() { ["Number"] = int.TryParse(http.Request.Query["page"].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : 1 };

    private static async Task PageAsync<TPage>(HttpContext http, Dictionary<string, object?>? parameters = null) where TPage : IComponent
    {
        await using var renderer = new HtmlRenderer(http.RequestServices, http.RequestServices.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters ?? []))).ToHtmlString()).ConfigureAwait(false);
        Guard(http.Response, "text/html; charset=utf-8").CacheControl = "no-store";
        await http.Response.WriteAsync(html, Encoding.UTF8, http.RequestAborted).ConfigureAwait(false);
    }

    private static async Task FileAsync(HttpContext http, string name, string type)
    {
        await using var file = typeof(DashboardRoutes).Assembly.GetManifestResourceStream(name)!;
        Guard(http.Response, type).CacheControl = "no-cache";
        http.Response.ContentLength = file.Length;
        await file.CopyToAsync(http.Response.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private static IHeaderDictionary Guard(HttpResponse response, string type)
    {
        response.ContentType = type;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return response.Headers;
    }
}
