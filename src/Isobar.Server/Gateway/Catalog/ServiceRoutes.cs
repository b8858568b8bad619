using System.Globalization;
using Isobar.Core.Results;
using Isobar.Server.Control;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isobar.Server.Gateway.Catalog;

/// <summary><c>/v1/services</c> of the control plane. A service's version is its ETag: <c>If-Match</c> changes that version alone, <c>If-None-Match: *</c> creates alone.</summary>
internal static class ServiceRoutes
{
    private const int MaxBody = 1 << 20;

    public static void MapServices(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1/services").WithTags("gateway");
        api.MapGet("", (HttpContext http, ServiceTable table) => http.Response.WriteAsJsonAsync(new ServiceList([.. table.All.OrderBy(s => s.Route.Name, StringComparer.Ordinal).Select(ServiceReport.Of)]), GatewayJson.Default.ServiceList))
            .WithSummary("The gateway's services").Produces<ServiceList>();
        api.MapGet("/{name}", (HttpContext http, string name, ServiceTable table) => table.Find(name) is { } live ? ShowAsync(http, live) : Problems.WriteAsync(http, Error.NotFound($"The service '{name}'")))
            .WithSummary("A service, and how its backends do; the ETag is its version").Produces<ServiceReport>().ProducesProblem(404);
        api.MapPut("/{name}", PutAsync).AsChange("service.put", guarded: true).WithSummary("Makes or changes a service; If-None-Match: * makes alone").Accepts<MultiCloud.Routing.ServiceDefinition>("application/json").Produces<ServiceReport>().Produces<ServiceReport>(201).ProducesProblem(400);
        api.MapDelete("/{name}", DeleteAsync).AsChange("service.delete", guarded: true).WithSummary("Takes a service out of the gateway; its endpoints stay").Produces(204).ProducesProblem(404);
    }

    private static async Task PutAsync(HttpContext http, string name, ServiceCatalog catalog, ServiceTable table)
    {
        if (!Expected(http.Request).TryGet(out var expected, out var error) || !(await Problems.ReadAsync(http, GatewayDocuments.Of<MultiCloud.Routing.ServiceDefinition>(), MaxBody).ConfigureAwait(false)).TryGet(out var definition, out error))
        {
            await Problems.WriteAsync(http, error).ConfigureAwait(false);
            return;
        }
        var isNew = table.Find(name) is null;
        if (!(await catalog.PutAsync(name, definition, expected.Version, http.RequestAborted).ConfigureAwait(false)).TryGet(out var live, out error))
        {
            await Problems.WriteAsync(http, error).ConfigureAwait(false);
            return;
        }
        if (isNew) http.Response.StatusCode = StatusCodes.Status201Created;
        await ShowAsync(http, live).ConfigureAwait(false);
    }

    private static async Task DeleteAsync(HttpContext http, string name, ServiceCatalog catalog, MultiCloud.Monitoring.Quality.QualityBook quality)
    {
        if (!Expected(http.Request).TryGet(out var expected, out var error) || (error = (await catalog.DeleteAsync(name, expected.Version, http.RequestAborted).ConfigureAwait(false)).Error) is not null)
        {
            await Problems.WriteAsync(http, error).ConfigureAwait(false);
            return;
        }
        await quality.ForgetAsync(name, http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static Task ShowAsync(HttpContext http, LiveService live)
    {
        http.Response.Headers.ETag = $"\"{live.Version}\"";
        return http.Response.WriteAsJsonAsync(ServiceReport.Of(live), GatewayJson.Default.ServiceReport);
    }

    private static Result<Precondition> Expected(HttpRequest request)
    {
        if (request.Headers.IfNoneMatch.ToString() is { Length: > 0 } none) return none == "*" ? new Precondition(0) : Error.Invalid("If-None-Match", none, "If-None-Match is * here: the service must be new.");
        if (request.Headers.IfMatch.ToString() is not { Length: > 0 } match || match == "*") return new Precondition(null);
        return long.TryParse(match.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0 ? new Precondition(version) : Error.Invalid("If-Match", match, "If-Match is the ETag that the service was shown with, such as \"3\".");
    }

    /// <summary>The version that a service must have: 0 for none, null for any.</summary>
    private sealed record Precondition(long? Version);
}
