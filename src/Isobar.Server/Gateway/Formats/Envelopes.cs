using System.Buffers;
using System.Text.Json;

namespace Isobar.Server.Gateway.Formats;

/// <summary>
/// The JSON around rows and around predictions. Vendors differ in it and in nothing else: Vertex AI says <c>instances</c> and <c>predictions</c>, Azure
/// <c>input_data</c> and a bare list. Bodies that are right as they are, are not copied.
/// </summary>
internal static class Envelopes
{
    /// <summary><c>{"instances": …}</c> of <c>{"input": …}</c> or of Azure's <c>{"input_data": …}</c>; null where the body is no JSON, and the body itself where it is neither.</summary>
    public static ReadOnlyMemory<byte>? ToInstances(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"input"u8) < 0) return body;
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || root.TryGetProperty("instances", out _)) return body;
            var azure = root.TryGetProperty("input_data", out var rows);
            if (!azure && !root.TryGetProperty("input", out rows)) return body;
            var to = new ArrayBufferWriter<byte>(body.Length + 32);
            using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true }))
            {
                json.WriteStartObject();
                json.WritePropertyName("instances");
                if (azure && rows.ValueKind == JsonValueKind.Object) WriteSplit(json, rows);
                else if (rows.ValueKind == JsonValueKind.Array) rows.WriteTo(json);
                else WriteOne(json, rows);
                if (root.TryGetProperty("parameters", out var parameters) || root.TryGetProperty("params", out parameters))
                {
                    json.WritePropertyName("parameters");
                    parameters.WriteTo(json);
                }
                json.WriteEndObject();
            }
            return (ReadOnlyMemory<byte>)to.WrittenMemory;
        }
        catch (JsonException) { return null; }
    }

    /// <summary>Whether predictions stand in an object already; a bare list is put into one.</summary>
    public static bool IsObject(ReadOnlySpan<byte> body) => body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    /// <summary>The list inside <c>{"predictions": […], …}</c>; the body itself where it is something else.</summary>
    public static ReadOnlyMemory<byte> Predictions(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("\"predictions\""u8) < 0) return body;
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return body;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var found = reader.ValueTextEquals("predictions"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (found) return body[start..(int)reader.BytesConsumed];
            }
            return body;
        }
        catch (JsonException) { return body; }
    }

    // {"columns": […], "index": […], "data": [[…], …]}: a row becomes an object by the columns' names.
    private static void WriteSplit(Utf8JsonWriter json, JsonElement split)
    {
        if (!split.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array) throw new JsonException("input_data has no data.");
        string[]? columns = split.TryGetProperty("columns", out var named) && named.ValueKind == JsonValueKind.Array ? [.. named.EnumerateArray().Select(c => c.ToString())] : null;
        json.WriteStartArray();
        foreach (var row in data.EnumerateArray())
        {
            if (columns is null || row.ValueKind != JsonValueKind.Array)
            {
                row.WriteTo(json);
                continue;
            }
            if (row.GetArrayLength() != columns.Length) throw new JsonException("A row of input_data has another number of values than there are columns.");
            json.WriteStartObject();
            foreach (var (i, value) in row.EnumerateArray().Index())
            {
                json.WritePropertyName(columns[i]);
                value.WriteTo(json);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, JsonElement row)
    {
        json.WriteStartArray();
        row.WriteTo(json);
        json.WriteEndArray();
    }
}
