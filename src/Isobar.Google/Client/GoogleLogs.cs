using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Logs of custom jobs and endpoints, from Cloud Logging.</summary>
internal sealed class GoogleLogs(VertexCalls calls)
{
    private const int Page = 1000;

    /// <summary>Reads what came after the last line seen: a place is that line's time and insert id, as entries are ordered by.</summary>
    public async Task<Result<RunLogPage>> ReadAsync(string job, string? after, CancellationToken ct)
    {
        var (time, id) = after?.Split('\n') is [var t, var i] ? (t, i) : ("", "");
        var lines = new List<RunLogLine>();
        var filter = $"resource.type=\"ml_job\" AND resource.labels.job_id=\"{job}\"{(time.Length > 0 ? $" AND timestamp>=\"{time}\"" : "")}";
        for (string? token = null; ;)
        {
            if (!(await EntriesAsync(filter, "timestamp asc", Page, token, ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            foreach (var entry in page.Entries)
            {
                var (stamp, place) = (entry["timestamp"]!.GetValue<string>(), entry["insertId"]?.GetValue<string>() ?? "");
                if (stamp == time && string.CompareOrdinal(place, id) <= 0) continue;
                (time, id) = (stamp, place);
                lines.Add(Line(entry));
            }
            if ((token = page.Next) is null) return new RunLogPage(lines, time.Length > 0 ? $"{time}\n{id}" : after);
        }
    }

    /// <summary>The newest lines of an endpoint's containers.</summary>
    public async Task<Result<EndpointLog>> NewestAsync(string endpoint, DateTimeOffset? since, int limit, CancellationToken ct)
    {
        var filter = $"resource.type=\"aiplatform.googleapis.com/Endpoint\" AND resource.labels.endpoint_id=\"{endpoint}\"{(since is { } from ? $" AND timestamp>=\"{from.UtcDateTime:O}\"" : "")}";
        var lines = new List<RunLogLine>();
        string? token = null;
        do
        {
            if (!(await EntriesAsync(filter, "timestamp desc", Math.Min(Page, limit - lines.Count), token, ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            lines.AddRange(page.Entries.Select(Line));
            token = page.Next;
        }
        while (token is not null && lines.Count < limit);
        lines.Reverse();
        return new EndpointLog(lines, token is not null);
    }

    private async Task<Result<(IReadOnlyList<JsonObject> Entries, string? Next)>> EntriesAsync(string filter, string order, int size, string? token, CancellationToken ct)
    {
        var request = new JsonObject { ["resourceNames"] = new JsonArray($"projects/{calls.Options.Project}"), ["filter"] = filter, ["orderBy"] = order, ["pageSize"] = size };
        if (token is not null) request["pageToken"] = token;
        if (!(await calls.PostAsync("/v2/entries:list", request, ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
        return ([.. (page["entries"] as JsonArray ?? []).OfType<JsonObject>()], page["nextPageToken"]?.GetValue<string>() is { Length: > 0 } next ? next : null);
    }

    // A container that writes JSON has its lines in the payload's message.
    private static RunLogLine Line(JsonObject entry) => new(
        DateTimeOffset.Parse(entry["timestamp"]!.GetValue<string>(), CultureInfo.InvariantCulture),
        entry["textPayload"]?.GetValue<string>() ?? entry["jsonPayload"]?["message"]?.ToString() ?? entry["jsonPayload"]?.ToJsonString() ?? "");

    /// <summary>Custom jobs have no metrics of their own.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(string job, CancellationToken ct) =>
        (await ReadAsync(job, null, ct).ConfigureAwait(false)).TryGet(out var page, out _) ? LogMetrics.Of(page.Lines) : new Dictionary<string, double>();
}
