using Isobar.Core.Results;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.Server.Gateway.Catalog;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isobar.Server.Gateway.Labels;

/// <summary>What would have been right, and how good services are by it.</summary>
internal static class LabelRoutes
{
    private const int MaxBody = 4 << 20;

    public static void MapLabels(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/services/{name}/labels", LabelAsync).WithTags("monitoring").WithSummary("Tells what would have been right, by the X-Isobar-Prediction of answers").Accepts<LabelsRequest>("application/json").Produces<LabelsReply>().ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/v1/quality", async (QualityBook book, CancellationToken ct) => Results.Json(await book.ListAsync(ct).ConfigureAwait(false), QualityJson.Default.IReadOnlyListQualityReport)).WithTags("monitoring")
            .WithSummary("How good the answers of services were, by the labels that were told").Produces<IReadOnlyList<QualityReport>>();
    }

    private static async Task LabelAsync(HttpContext http, string name, ServiceTable table, PredictionKeeper keeper, QualityBook book)
    {
        Error? error = table.Find(name) is null ? Error.NotFound($"The service '{name}'") : null;
        if (error is null && (await Problems.ReadAsync(http, QualityJson.Default.LabelsRequest, MaxBody).ConfigureAwait(false)).TryGet(out var request, out error))
        {
            await keeper.WrittenAsync(http.RequestAborted).ConfigureAwait(false);
            if ((await book.LabelAsync(name, request, http.RequestAborted).ConfigureAwait(false)).TryGet(out var reply, out error)) await http.Response.WriteAsJsonAsync(reply, QualityJson.Default.LabelsReply).ConfigureAwait(false);
        }
        if (error is not null) await Problems.WriteAsync(http, error).ConfigureAwait(false);
    }
}
