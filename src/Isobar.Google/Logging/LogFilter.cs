using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Isobar.Google.Logging.V2;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Logging;

/// <summary>A filter of log entries: comparisons of an entry's fields by their JSON names, of which times and severities are compared by their rank.</summary>
internal sealed partial class LogFilter
{
    private const string Sortable = "yyyy-MM-ddTHH:mm:ss.fffffffZ";
    private readonly Func<Func<string, string?>, bool> _test;

    private LogFilter(string text, Func<Func<string, string?>, bool> test) => (Text, _test) = (text, test);

    public string Text { get; }

    /// <summary>From here on.</summary>
    public DateTimeOffset? From { get; private init; }

    /// <summary>Up to here, exclusive.</summary>
    public DateTimeOffset? To { get; private init; }

    /// <summary>The job or the endpoint whose lines are asked for.</summary>
    public string? Job => Value(JobId(), Text);
    public string? Endpoint => Value(EndpointId(), Text);
    public string? ResourceType => Value(Type(), Text);

    public static LogFilter Read(string text)
    {
        DateTimeOffset? from = null, to = null;
        var plain = Stamp().Replace(text, match =>
        {
            if (!DateTimeOffset.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)) throw Faults.Invalid("filter", match.Value, "a time like 2026-01-01T00:00:00Z");
            var sign = match.Groups[1].Value;
            // The ends of the time are looked up by; which of them a condition may be free of, only the whole filter tells.
            if (!Or().IsMatch(text) && sign[0] == '>') from = at;
            if (!Or().IsMatch(text) && sign[0] == '<') to = at.AddTicks(1);
            return $"timestamp{sign}\"{at.UtcDateTime.ToString(Sortable, CultureInfo.InvariantCulture)}\"";
        });
        plain = Severity().Replace(plain, match => Rank(match.Groups[2].Value) is { } rank ? $"severity{match.Groups[1].Value}\"{rank}\"" : throw Faults.Invalid("filter", match.Value, $"severities are {string.Join(", ", Enum.GetNames<LogSeverity>()).ToUpperInvariant()}"));
        return new LogFilter(text, ListFilter.Parse(plain)) { From = from, To = to };
    }

    public bool Test(LogEntry entry)
    {
        if (Text.Length == 0) return true;
        var json = JsonNode.Parse(JsonFormatter.Default.Format(entry));
        return _test(path => path switch
        {
            "severity" => ((int)entry.Severity).ToString("d3", CultureInfo.InvariantCulture),
            "timestamp" => entry.Timestamp.ToDateTime().ToString(Sortable, CultureInfo.InvariantCulture),
            _ => Field(json, path),
        });
    }

    private static string? Field(JsonNode? node, string path)
    {
        // A label's name may hold dots itself.
        while (node is JsonObject here)
        {
            if (here.TryGetPropertyValue(path, out var whole)) return whole is JsonValue value ? value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString() : whole?.ToJsonString();
            var dot = path.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0 || !here.TryGetPropertyValue(path[..dot].Trim('"'), out node)) return null;
            path = path[(dot + 1)..].Trim('"');
        }
        return null;
    }

    private static string? Rank(string severity) => Enum.TryParse<LogSeverity>(severity, ignoreCase: true, out var known) ? ((int)known).ToString("d3", CultureInfo.InvariantCulture) : null;

    private static string? Value(Regex pattern, string text) => pattern.Match(text) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("""resource\.labels\.job_id\s*=\s*"?([A-Za-z0-9-]{1,128})"?""")]
    private static partial Regex JobId();

    [GeneratedRegex("""resource\.labels\.endpoint_id\s*=\s*"?([A-Za-z0-9-]{1,128})"?""")]
    private static partial Regex EndpointId();

    [GeneratedRegex("""resource\.type\s*=\s*"?([A-Za-z0-9_./-]{1,128})"?""")]
    private static partial Regex Type();

    [GeneratedRegex(@"timestamp\s*(>=|<=|>|<|=)\s*""([^""]{1,40})""")]
    private static partial Regex Stamp();

    [GeneratedRegex("""\bseverity\s*(>=|<=|!=|>|<|=)\s*"?([A-Za-z]{1,20})"?""")]
    private static partial Regex Severity();

    [GeneratedRegex(@"\b(OR|NOT)\b")]
    private static partial Regex Or();
}
