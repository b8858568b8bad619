using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Isobar.Core.Results;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;

namespace Isobar.Engine.Monitoring.Capture;

/// <summary>Reads captured records and records of the truth, which both lie in folders by the hour.</summary>
internal sealed partial class CapturedTraffic(IObjectStore objects)
{
    /// <summary>The events of a time, as far as they can be read.</summary>
    public async IAsyncEnumerable<CapturedEvent> EventsAsync(ObjectLocation prefix, DateTimeOffset from, DateTimeOffset to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var line in LinesAsync(prefix, from, to, ct).ConfigureAwait(false))
        {
            if (Parse(line, CaptureJson.Default.CaptureRecord) is not { } record) continue;
            if (record.EventMetadata?.InferenceTime is { } time && (time < from || time >= to)) continue;
            if (CapturedEvent.Of(record) is { } captured) yield return captured;
        }
    }

    /// <summary>The truth by event: one row for each row of the request.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> TruthAsync(ObjectLocation prefix, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var found = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        await foreach (var line in LinesAsync(prefix, from, to, ct).ConfigureAwait(false))
        {
            if (Parse(line, CaptureJson.Default.GroundTruthRecord) is not { GroundTruthData: { Data: { } data } truth, EventMetadata.EventId: { } id }) continue;
            found[id] = [.. CapturedEvent.Rows(data, truth.Encoding ?? "CSV", null).Select(r => r.Cells.FirstOrDefault() ?? "")];
        }
        return found;
    }

    private async IAsyncEnumerable<string> LinesAsync(ObjectLocation prefix, DateTimeOffset from, DateTimeOffset to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? next = null;
        do
        {
            var listed = await objects.ListAsync(prefix.Bucket, new ObjectQuery(prefix.AsFolder().Key, Continue: next), ct).ConfigureAwait(false);
            if (!listed.TryGet(out var page, out _)) yield break;
            foreach (var item in page.Objects)
            {
                if (!Overlaps(item.Key, from, to)) continue;
                var opened = await objects.OpenAsync(prefix.Bucket, item.Key, ct: ct).ConfigureAwait(false);
                if (!opened.TryGet(out var open, out _)) continue;
                await using (open)
                {
                    using var reader = new StreamReader(open.Content);
                    while (await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
                        if (line.Length > 0) yield return line;
                }
            }
            next = page.Next;
        }
        while (next is not null);
    }

    /// <summary>Whether the hour in the key's folders touches the time; keys without one always do.</summary>
    private static bool Overlaps(string key, DateTimeOffset from, DateTimeOffset to)
    {
        if (HourFolder().Match(key) is not { Success: true } match) return true;
        if (!DateTimeOffset.TryParseExact(match.Groups[1].Value, "yyyy/MM/dd/HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour)) return true;
        return hour < to && hour.AddHours(1) >= from;
    }

    private static T? Parse<T>(string line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(\d{4}/\d\d/\d\d/\d\d)/[^/]*$")]
    private static partial Regex HourFolder();
}
