using System.Globalization;
using Isobar.Engine.Metering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Server.Usage;

/// <summary><c>GET /v1/usage?from=…&amp;to=…&amp;cloud=…&amp;resource=…</c> of the control plane: the meter, priced.</summary>
internal static class UsageRoute
{
    public static void MapUsage(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/usage", AnswerAsync).WithTags("costs")
        .WithSummary("What this server's emulators have metered, priced").Produces<UsageReport>().ProducesValidationProblem();

    private static async Task AnswerAsync(HttpContext http, string? from, string? to, string? cloud, string? resource, IMeter meter, TimeProvider time)
    {
        var faults = new Dictionary<string, string[]>();
        var (begin, end) = (Time("from", from, DateTimeOffset.UnixEpoch), Time("to", to, time.GetUtcNow()));
        if (faults.Count == 0 && begin > end) faults["from"] = [$"from ({begin:O}) lies after to ({end:O})."];
        if (faults.Count > 0)
        {
            await Results.ValidationProblem(faults).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        var costs = await meter.CostsAsync(begin, end, Said(cloud), Said(resource), http.RequestAborted).ConfigureAwait(false);
        var report = new UsageReport(begin, end, costs.Sum(c => c.Cost ?? 0), costs.Count(c => c.Cost is null),
            [.. costs.Select(c => new UsageRow(c.Realm, c.Region, c.Service, c.Resource, c.Sku, c.Unit, c.Quantity, c.Spot, c.Cost))]);
        await http.Response.WriteAsJsonAsync(report, UsageJson.Default.UsageReport, cancellationToken: http.RequestAborted).ConfigureAwait(false);

        static string? Said(string? text) => text is { Length: > 0 } ? text : null;

        DateTimeOffset Time(string name, string? text, DateTimeOffset otherwise)
        {
            if (Said(text) is null) return otherwise;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) return at;
            faults[name] = [$"'{text}' is not a time; write it as 2026-01-31T12:00:00Z."];
            return otherwise;
        }
    }
}
