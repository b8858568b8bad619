using System.Globalization;
using Isobar.Core.Results;
using Isobar.MultiCloud.Logs;
using Isobar.MultiCloud.Manifests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Isobar.Server.Control;

/// <summary>The logs of every cloud in one query.</summary>
internal static class LogRoutes
{
    private static readonly string[] Known = ["project", "model", "cloud", "job", "endpoint", "since", "contains", "limit"];

    public static void MapLogs(this IEndpointRouteBuilder routes) => routes.MapGet("/v1/logs", AskAsync).WithTags("logs")
        .WithSummary("Log lines of the jobs and endpoints of every cloud, oldest first; since is a time or a span such as 15m").Produces<CloudLogs>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> AskAsync(HttpContext http, string? project, string? model, string? cloud, string? job, string? endpoint, string? since, string? contains, string? limit, LogBook logs, TimeProvider time, CancellationToken ct)
    {
        var faults = http.Request.Query.Keys.Except(Known, StringComparer.Ordinal).Select(k => new Fault(k, http.Request.Query[k], $"'{k}' is no parameter; there are {string.Join(", ", Known)}.")).ToList();
        DateTimeOffset? from = null;
        if (since is { Length: > 0 })
        {
            if (Durations.Seconds(since) is { } seconds and < 1e9) from = time.GetUtcNow() - TimeSpan.FromSeconds(seconds);
            else if (DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) from = at;
            else faults.Add(new("since", since, $"'{since}' is no time such as 2026-01-31T12:00:00Z, and no span such as 15m, 2h or 1d."));
        }
        var most = new LogQuestion().Limit;
        if (limit is { Length: > 0 } && !int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most)) faults.Add(new("limit", limit, $"'{limit}' is no number."));
        if (faults.Count > 0) return Problems.Of(new Error(ErrorCode.InvalidArgument, string.Join(' ', faults.Select(f => f.Message))) { Faults = faults });
        var answer = await logs.AskAsync(new LogQuestion { Project = Said(project), Model = Said(model), Cloud = Said(cloud), Job = Said(job), Endpoint = Said(endpoint), Since = from, Contains = Said(contains), Limit = most }, ct).ConfigureAwait(false);
        return answer.TryGet(out var found, out var error) ? Results.Json(found, LogsJson.Default.CloudLogs) : Problems.Of(error);
    }

    private static string? Said(string? text) => text is { Length: > 0 } ? text : null;
}
