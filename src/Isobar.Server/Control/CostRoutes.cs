using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Costs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Control;

/// <summary>Costs and advice of all clouds.</summary>
internal static class CostRoutes
{
    public static void MapCosts(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/v1/costs").WithTags("costs");
        api.MapGet("", ReportAsync).WithSummary("What was spent by cloud, model, team and tag, and what the month will come to").Produces<CostReport>();
        api.MapGet("/advice", async (Adviser adviser, CancellationToken ct) => Results.Json(await adviser.ListAsync(ct), CostsJson.Default.IReadOnlyListAdvice)).WithSummary("What would save money").Produces<IReadOnlyList<Advice>>();
        api.MapPost("/advice/{number:int}/apply", ApplyAsync).WithSummary("Does what an advice says").AsChange().Produces<Advice>().ProducesProblem(404).ProducesProblem(412);
    }

    private static async Task<IResult> ReportAsync(string? from, string? to, CostBook costs, CancellationToken ct)
    {
        if (!Time("from", from).TryGet(out var start, out var bad) || !Time("to", to).TryGet(out var end, out bad)) return Problems.Of(bad);
        return Results.Json(await costs.ReportAsync(start.At, end.At, ct).ConfigureAwait(false), CostsJson.Default.CostReport);
    }

    private static async Task<IResult> ApplyAsync(HttpContext http, int number, Adviser adviser, CancellationToken ct)
    {
        var applied = await adviser.ApplyAsync(number, ControlRoutes.Caller(http), ct).ConfigureAwait(false);
        return applied.TryGet(out var advice, out var error) ? Results.Json(advice, CostsJson.Default.Advice) : Problems.Of(error);
    }

    private static Result<(DateTimeOffset? At, bool Given)> Time(string name, string? text)
    {
        if (text is null) return ((DateTimeOffset?)null, false);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? ((DateTimeOffset?)time, true)
            : Error.Invalid(name, text, $"'{text}' is not a time; write it as 2026-01-31T12:00:00Z.");
    }
}
