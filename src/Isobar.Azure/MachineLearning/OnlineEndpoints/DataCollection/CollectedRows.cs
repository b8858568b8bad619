using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;

/// <summary>Reads the bodies of requests and replies as rows.</summary>
internal static class CollectedRows
{
    /// <summary>Rows as objects by their columns; of the whole payload, the JSON as it is, or the text. Null for what is neither JSON nor CSV.</summary>
    /// <param name="columns">The model's own columns, which name what the body does not.</param>
    public static JsonNode? Read(ReadOnlyMemory<byte> body, string? contentType, string collection, IReadOnlyList<string>? columns)
    {
        var (whole, inputs) = (collection is CollectionSettings.Request or CollectionSettings.Response, collection == CollectionSettings.Inputs);
        if (contentType?.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase) == true)
        {
            var text = Encoding.UTF8.GetString(body.Span);
            return whole ? text : Csv(text, inputs ? columns : null, inputs ? "feature" : "prediction");
        }
        try
        {
            if (JsonNode.Parse(body.Span) is not { } json) return null;
            if (whole) return json;
            return inputs ? Rows(json is JsonObject o && o["input_data"] is { } data ? data : json, columns, "feature") : Rows(json, null, "prediction");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray Csv(string text, IReadOnlyList<string>? columns, string alone)
    {
        var rows = new JsonArray();
        foreach (var row in DatasetReader.Csv(text))
        {
            // A first line of names names, and is no row.
            if (columns is not null && row.Cells.SequenceEqual(columns)) continue;
            rows.Add((JsonNode)new JsonObject(row.Cells.Select((c, i) => KeyValuePair.Create(columns is not null && i < columns.Count ? columns[i] : row.Cells.Count == 1 ? alone : $"{alone}{i}", Cell(c))).DistinctBy(c => c.Key)));
        }
        return rows;
    }

    private static JsonNode? Cell(string? text) => string.IsNullOrEmpty(text) ? null : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : text;

    private static JsonArray Rows(JsonNode data, IReadOnlyList<string>? columns, string alone)
    {
        if (data is JsonObject { Count: > 0 } split && split["data"] is JsonArray rows) (columns, data) = ((split["columns"] as JsonArray)?.Select(c => c?.ToString() ?? "").ToArray() ?? columns, rows);
        if (data is not JsonArray list) return new JsonArray(Row(data, columns, alone));
        return new JsonArray([.. list.Select(r => Row(r, columns, alone))]);
    }

    private static JsonObject Row(JsonNode? row, IReadOnlyList<string>? columns, string alone) => row switch
    {
        JsonObject named => (JsonObject)named.DeepClone(),
        JsonArray cells => new JsonObject(cells.Select((c, i) => KeyValuePair.Create(columns is not null && i < columns.Count ? columns[i] : $"{alone}{i}", c?.DeepClone())).DistinctBy(c => c.Key)),
        _ => new JsonObject { [alone] = row?.DeepClone() },
    };
}
