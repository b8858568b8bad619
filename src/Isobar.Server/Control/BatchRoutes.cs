using Isobar.MultiCloud.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>Batch predictions over several clouds.</summary>
internal static class BatchRoutes
{
    public static void MapBatches(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1/batches").WithTags("batches");
        api.MapGet("", async (string? project, BatchBook batches, CancellationToken ct) => Results.Json(await batches.ListAsync(project, ct), BatchJson.Default.IReadOnlyListBatchWork)).WithSummary("Batch predictions, newest first").Produces<IReadOnlyList<BatchWork>>();
        api.MapPost("", StartAsync).AsChange().WithSummary("Begins a batch prediction over several clouds; its rows were uploaded before").Produces<BatchWork>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        api.MapGet("/{id}", async (string id, BatchBook batches, CancellationToken ct) => (await batches.GetAsync(id, ct)).TryGet(out var work, out var error) ? Results.Json(work, BatchJson.Default.BatchWork) : Problems.Of(error)).WithSummary("A batch prediction and its parts").Produces<BatchWork>().ProducesProblem(404);
        api.MapGet("/{id}/result", async (string id, BatchBook batches, CancellationToken ct) => (await batches.OpenResultAsync(id, ct)).TryGet(out var result, out var error) ? Results.Stream(result, "text/csv") : Problems.Of(error)).WithSummary("The predictions, one line for each row in the rows' order").Produces<Stream>(200, "text/csv").ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> StartAsync(HttpContext http, BatchRequest request, BatchBook batches, CancellationToken ct) =>
        (await batches.StartAsync(request, ControlRoutes.Caller(http), ct).ConfigureAwait(false)).TryGet(out var work, out var error) ? Results.Json(work, BatchJson.Default.BatchWork, statusCode: 202) : Problems.Of(error);
}
