using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>What the monitoring of every cloud has found.</summary>
internal static class MonitoringRoutes
{
    public static void MapMonitoring(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1/monitoring").WithTags("monitoring");
        api.MapGet("", AskAsync).WithSummary("How what endpoints are asked compares with the training data, by model and cloud").Produces<IReadOnlyList<WatchStanding>>();
        api.MapPost("/{project}/{model}/runs", CompareAsync).AsChange("monitoring.run")
            .WithSummary("Has what a model was asked of late compared now, in every cloud").Produces<IReadOnlyList<WatchStanding>>(202).ProducesProblem(409);
    }

    private static async Task<IResult> CompareAsync(string project, string model, DriftWatch drift, Reconciler reconciler, CancellationToken ct)
    {
        if (!(await drift.CompareAsync(project, model, ct).ConfigureAwait(false)).TryGet(out var asked, out var error)) return Problems.Of(error);
        reconciler.Wake();
        return Results.Json(asked, WatchJson.Default.IReadOnlyListWatchStanding, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> AskAsync(string? project, DriftWatch drift, CancellationToken ct) =>
        Results.Json(await drift.ListAsync(project is { Length: > 0 } ? project : null, ct).ConfigureAwait(false), WatchJson.Default.IReadOnlyListWatchStanding);
}
