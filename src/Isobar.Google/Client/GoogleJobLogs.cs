using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Clients;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Logs of custom jobs, from Cloud Logging.</summary>
internal sealed class GoogleJobLogs(VertexCalls calls)
{
    /// <summary>Reads what came after the last line seen: a place is that line's time and insert id, as entries are ordered by.</summary>
    public async Task<Result<RunLogPage>> ReadAsync(string job, string? after, CancellationToken ct)
    {
        var (time, id) = after?.Split('\n') is [var t, var i] ? (t, i) : ("", "");
        var lines = new List<RunLogLine>();
        var filter = $"resource.type=\"ml_job\" AND resource.labels.job_id=\"{job}\"{(time.Length > 0 ? $" AND timestamp>=\"{time}\"" : "")}";
        for (string? token = null; ;)
        {
            var request = new JsonObject { ["resourceNames"] = new JsonArray($"projects/{calls.Options.Project}"), ["filter"] = filter, ["orderBy"] = "timestamp asc", ["pageSize"] = 1000 };
            if (token is not null) request["pageToken"] = token;
            if (!(await calls.PostAsync("/v2/entries:list", request, ct).ConfigureAwait(false)).TryGet(out var page, out var error)) return error;
            foreach (var entry in (page["entries"] as JsonArray ?? []).OfType<JsonObject>())
            {
                var (stamp, place) = (entry["timestamp"]!.GetValue<string>(), entry["insertId"]?.GetValue<string>() ?? "");
                if (stamp == time && string.CompareOrdinal(place, id) <= 0) continue;
                (time, id) = (stamp, place);
                lines.Add(new RunLogLine(DateTimeOffset.Parse(stamp, CultureInfo.InvariantCulture), entry["textPayload"]?.GetValue<string>() ?? ""));
            }
            if ((token = page["nextPageToken"]?.GetValue<string>()) is null or "") return new RunLogPage(lines, time.Length > 0 ? $"{time}\n{id}" : after);
        }
    }

    /// <summary>Custom jobs have no metrics of their own.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(string job, CancellationToken ct) =>
        (await ReadAsync(job, null, ct).ConfigureAwait(false)).TryGet(out var page, out _) ? LogMetrics.Of(page.Lines) : new Dictionary<string, double>();
}
