using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints.DataCollection;

/// <summary>Reads the bodies of requests and replies as rows.</summary>
internal static class CollectedRows
{
    /// <summary>Rows as objects by their columns; of the whole payload, the JSON as it is. Null for what is no JSON.</summary>
    public static JsonNode? Read(ReadOnlyMemory<byte> body, string collection)
    {
        try
        {
            if (JsonNode.Parse(body.Span) is not { } json) return null;
            if (collection is CollectionSettings.Request or CollectionSettings.Response) return json;
            return collection == CollectionSettings.Inputs ? Rows(json is JsonObject o && o["input_data"] is { } data ? data : json, "feature") : Rows(json, "prediction");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray Rows(JsonNode data, string alone)
    {
        string[]? columns = null;
        if (data is JsonObject { Count: > 0 } split && split["data"] is JsonArray rows) (columns, data) = ((split["columns"] as JsonArray)?.Select(c => c?.ToString() ?? "").ToArray(), rows);
        if (data is not JsonArray list) return new JsonArray(Row(data, null, alone));
        return new JsonArray([.. list.Select(r => Row(r, columns, alone))]);
    }

    private static JsonObject Row(JsonNode? row, string[]? columns, string alone) => row switch
    {
        JsonObject named => (JsonObject)named.DeepClone(),
        JsonArray cells => new JsonObject(cells.Select((c, i) => KeyValuePair.Create(columns is not null && i < columns.Length ? columns[i] : $"{alone}{i}", c?.DeepClone())).DistinctBy(c => c.Key)),
        _ => new JsonObject { [alone] = row?.DeepClone() },
    };
}
