using System.Text.Json;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Monitoring.Capture;

/// <summary>A captured invocation with its bodies read as rows.</summary>
internal sealed record CapturedEvent(string Id, IReadOnlyList<DataRow> Inputs, IReadOnlyList<DataRow> Outputs)
{
    /// <summary>Reads a record; null when it holds nothing that can be read as rows.</summary>
    public static CapturedEvent? Of(CaptureRecord record)
    {
        var inputs = Rows(record.CaptureData?.EndpointInput?.Data, record.CaptureData?.EndpointInput?.Encoding, record.CaptureData?.EndpointInput?.ObservedContentType);
        var outputs = Rows(record.CaptureData?.EndpointOutput?.Data, record.CaptureData?.EndpointOutput?.Encoding, record.CaptureData?.EndpointOutput?.ObservedContentType);
        // Some algorithms answer a batch of rows in one line.
        if (inputs.Count > 1 && outputs is [{ Cells.Count: var cells } line] && cells == inputs.Count)
            outputs = [.. line.Cells.Select(c => new DataRow(DatasetReader.Numbered(1), [c]))];
        var id = record.EventMetadata?.InferenceId ?? record.EventMetadata?.EventId ?? "";
        return inputs.Count + outputs.Count == 0 ? null : new CapturedEvent(id, inputs, outputs);
    }

    /// <summary>The rows of a body by its encoding.</summary>
    public static IReadOnlyList<DataRow> Rows(string? data, string? encoding, string? contentType)
    {
        if (string.IsNullOrWhiteSpace(data)) return [];
        try
        {
            if (encoding == "BASE64")
            {
                data = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data));
                encoding = contentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true ? "JSON" : contentType?.Contains("csv", StringComparison.OrdinalIgnoreCase) == true ? "CSV" : null;
            }
            return encoding switch { "CSV" => [.. DatasetReader.Csv(data)], "JSON" => JsonRows(data), _ => [] };
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return [];
        }
    }

    /// <summary>One row an object; the lists that request and reply bodies wrap their rows in are opened.</summary>
    private static List<DataRow> JsonRows(string data)
    {
        var rows = new List<DataRow>();
        foreach (var line in IsOne(data) ? [data] : data.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            using var json = JsonDocument.Parse(line);
            rows.AddRange(Unwrap(json.RootElement).Select(DatasetReader.Json));
        }
        return rows;
    }

    private static IEnumerable<JsonElement> Unwrap(JsonElement element)
    {
        // Beside its instances a request may hold parameters, and Google's client says over REST which endpoint it asks.
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("instances", out var instances) && instances.ValueKind == JsonValueKind.Array) return instances.EnumerateArray().Select(Features);
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().ToList() is [{ Name: "predictions" or "inputs", Value: { ValueKind: JsonValueKind.Array } list }])
            return list.EnumerateArray().Select(Features);
        if (element.ValueKind == JsonValueKind.Array && element.EnumerateArray().FirstOrDefault().ValueKind is JsonValueKind.Array or JsonValueKind.Object)
            return element.EnumerateArray();
        return [element];
    }

    private static JsonElement Features(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("features", out var features) ? features : item;

    private static bool IsOne(string data)
    {
        try
        {
            using var _ = JsonDocument.Parse(data);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
