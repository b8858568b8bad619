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
    public static void MapUsage(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/usage", AnswerAsync);

    private static async Task AnswerAsync(HttpContext http)
    {
        var now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        var faults = new Dictionary<string, string[]>();
        var from = Time("from", DateTimeOffset.UnixEpoch);
        var to = Time("to", now);
        if (faults.Count == 0 && from > to) faults["from"] = [$"from ({from:O}) lies after to ({to:O})."];
        if (faults.Count > 0)
        {
            await Results.ValidationProblem(faults).ExecuteAsync(http).ConfigureAwait(false);
            return;
        }
        var costs = await http.RequestServices.GetRequiredService<IMeter>().CostsAsync(from, to, Text("cloud"), Text("resource"), http.RequestAborted).ConfigureAwait(false);
        var report = new UsageReport(from, to, costs.Sum(c => c.Cost ?? 0), costs.Count(c => c.Cost is null),
            [.. costs.Select(c => new UsageRow(c.Realm, c.Region, c.Service, c.Resource, c.Sku, c.Unit, c.Quantity, c.Spot, c.Cost))]);
        await http.Response.WriteAsJsonAsync(report, UsageJson.Default.UsageReport, cancellationToken: http.RequestAborted).ConfigureAwait(false);

        string? Text(string name) => http.Request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;

        DateTimeOffset Time(string name, DateTimeOffset otherwise)
        {
            if (Text(name) is not { } text) return otherwise;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)) return time;
            faults[name] = [$"'{text}' is not a time; write it as 2026-01-31T12:00:00Z."];
            return otherwise;
        }
    }
}
