using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Google.Client;

/// <summary>Logs of custom jobs, from Cloud Logging.</summary>
internal sealed partial class GoogleJobLogs(VertexCalls calls)
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

    /// <summary>Custom jobs have no metrics of their own: they are what the job has written, <c>channel:metric=value</c>, the last of each.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(string job, CancellationToken ct)
    {
        var metrics = new Dictionary<string, double>();
        if (!(await ReadAsync(job, null, ct).ConfigureAwait(false)).TryGet(out var page, out _)) return metrics;
        foreach (var line in page.Lines)
        {
            if (Metric().Match(line.Text) is { Success: true } match && double.TryParse(match.Groups[2].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) metrics[match.Groups[1].Value] = value;
        }
        return metrics;
    }

    [GeneratedRegex(@"^(?:\[\d+\] )?([A-Za-z]\w*:[\w@.-]+)=(\S+)$")]
    private static partial Regex Metric();
}
