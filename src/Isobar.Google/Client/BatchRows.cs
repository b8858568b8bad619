using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using CsvHelper.Configuration;

namespace Isobar.Google.Client;

/// <summary>Rows between CSV, as endpoints speak it, and the JSON Lines of batch predictions.</summary>
internal static class BatchRows
{
    private static readonly CsvConfiguration Table = new(CultureInfo.InvariantCulture) { HasHeaderRecord = false, IgnoreBlankLines = true, BadDataFound = null };

    public enum Format
    {
        CsvWithHeader,
        CsvWithoutHeader,
        JsonLines,
    }

    public static Format? FormatOf(string contentType)
    {
        var parts = contentType.ToLowerInvariant().Split(';', StringSplitOptions.TrimEntries);
        return parts[0] switch
        {
            "text/csv" => parts.Contains("header=present") ? Format.CsvWithHeader : Format.CsvWithoutHeader,
            "application/jsonlines" or "application/json" => Format.JsonLines,
            _ => null,
        };
    }

    /// <summary>Each row as an array, numbers as numbers.</summary>
    public static async Task ToJsonLinesAsync(Stream csv, Stream to, CancellationToken ct)
    {
        using var parser = new CsvParser(new StreamReader(csv), Table);
        while (await parser.ReadAsync().ConfigureAwait(false))
        {
            ct.ThrowIfCancellationRequested();
            await using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                json.WriteStartArray();
                foreach (var cell in parser.Record!)
                {
                    if (cell.Length == 0) json.WriteNullValue();
                    else if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) json.WriteNumberValue(number);
                    else json.WriteStringValue(cell);
                }
                json.WriteEndArray();
            }
            to.WriteByte((byte)'\n');
        }
    }

    /// <summary>A prediction as the line of CSV that the endpoint would answer: its outputs' values one after the other.</summary>
    public static string Csv(JsonNode? prediction) => string.Join(',', Values(prediction).Select(v => v.AsSpan().IndexOfAny(",\"\r\n") < 0 ? v : $"\"{v.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static IEnumerable<string> Values(JsonNode? node) => node switch
    {
        JsonObject named => named.SelectMany(p => Values(p.Value)),
        JsonArray list => list.SelectMany(Values),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        null => [""],
        _ => [node.ToJsonString()],
    };
}
