using Isobar.Engine.State;
using Isobar.MultiCloud.Audit;
using Isobar.Server.Cluster;
using Isobar.Server.Control;
using Isobar.Server.Gateway.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Gateway.Keys;

/// <summary><c>/v1/gateway/keys</c> and <c>/v1/gateway/usage</c> of the control plane.</summary>
internal static class KeyRoutes
{
    private const int MaxBody = 64 << 10;

    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1/gateway").WithTags("gateway");
        api.MapPost("/keys", CreateAsync).WithSummary("Makes an API key, which is shown this once").Accepts<ApiKeyOrder>("application/json").Produces<ApiKeyShown>(201).ProducesProblem(400);
        api.MapGet("/keys", (HttpContext http, ApiKeys keys) => http.Response.WriteAsJsonAsync(new ApiKeyList([.. keys.List().Select(k => ApiKeyShown.Of(k))]), KeysJson.Default.ApiKeyList)).WithSummary("API keys, without what is secret of them").Produces<ApiKeyList>();
        api.MapDelete("/keys/{id}", async (HttpContext http, string id, ApiKeys keys) =>
        {
            if ((await keys.RevokeAsync(id, http.RequestAborted).ConfigureAwait(false)).Error is { } error) await Problems.WriteAsync(http, error).ConfigureAwait(false);
            else http.Response.StatusCode = StatusCodes.Status204NoContent;
        }).AsChange("key.revoke").WithSummary("Revokes an API key").Produces(204).ProducesProblem(404);
        api.MapGet("/usage", UsageAsync).WithSummary("Requests, rows and bytes by day, service and caller").Produces<UsageDays>();
    }

    private static async Task CreateAsync(HttpContext http, ApiKeys keys, AuditLog audit)
    {
        // To answer alike, the key would have to be kept as it is.
        if (http.Request.Headers.ContainsKey("Idempotency-Key"))
        {
            await Problems.WriteAsync(http, Core.Results.Error.Invalid("Idempotency-Key", null, "A key is shown once: making one takes no Idempotency-Key. One that was lost is revoked by its id.")).ConfigureAwait(false);
            return;
        }
        if (!(await Problems.ReadAsync(http, GatewayDocuments.Of<ApiKeyOrder>(), MaxBody).ConfigureAwait(false)).TryGet(out var order, out var unreadable))
        {
            await Problems.WriteAsync(http, unreadable).ConfigureAwait(false);
            return;
        }
        if (order.Faults().ToList() is { Count: > 0 } faults)
        {
            await Problems.WriteAsync(http, new Core.Results.Error(Core.Results.ErrorCode.InvalidArgument, string.Join(' ', faults.Select(f => f.Message))) { Faults = faults }).ConfigureAwait(false);
            return;
        }
        var (key, whole) = await keys.CreateAsync(order, http.RequestAborted).ConfigureAwait(false);
        await audit.AddAsync(ControlRoutes.Caller(http), "key.create", key.Id, key.Name, CancellationToken.None).ConfigureAwait(false);
        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsJsonAsync(ApiKeyShown.Of(key, whole), KeysJson.Default.ApiKeyShown).ConfigureAwait(false);
    }

    private static async Task UsageAsync(HttpContext http, [FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, GatewayMeter meter)
    {
        await meter.FlushAsync(http.RequestAborted).ConfigureAwait(false);
        var (day, service, caller) = (http.Request.Query["day"].ToString(), http.Request.Query["service"].ToString(), http.Request.Query["caller"].ToString());
        var found = (await store.ListAsync(KeyCollections.Usage, day.Length > 0 ? day + "/" : "", http.RequestAborted).ConfigureAwait(false)).Select(d => d.Value)
            .Where(u => (service.Length == 0 || u.Service == service) && (caller.Length == 0 || u.Caller == caller));
        await http.Response.WriteAsJsonAsync(new UsageDays([.. found]), KeysJson.Default.UsageDays).ConfigureAwait(false);
    }
}
