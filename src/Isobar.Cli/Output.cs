using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Isobar.Server.Hosting;
using Spectre.Console;

namespace Isobar.Cli;

/// <summary>JSON for scripts, a line an object; tables for people.</summary>
internal static class Output
{
    public static void Json<T>(T value, JsonTypeInfo<T> type) => Console.WriteLine(JsonSerializer.Serialize(value, type));

    /// <summary>Letters stay letters: what is printed is read by people too, and never put into HTML.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = CliJson.Default };

    public static void Json(JsonNode value) => Console.WriteLine(value.ToJsonString(Readable));

    /// <summary>Prints rows as a table, or as a line of JSON each, the headings being the keys.</summary>
    public static void Rows(bool json, IReadOnlyList<string> headings, IReadOnlyList<string[]> rows, string none)
    {
        if (json)
        {
            foreach (var row in rows) Json(Object(headings, row));
            return;
        }
        if (rows.Count == 0)
        {
            AnsiConsole.WriteLine(none);
            return;
        }
        AnsiConsole.Write(Table(headings, rows));
    }

    public static Table Table(IReadOnlyList<string> headings, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(Console.IsOutputRedirected ? TableBorder.Simple : TableBorder.Rounded).BorderColor(Color.Grey);
        // Where the terminal is too narrow the last column wraps; names are never broken.
        foreach (var (i, heading) in headings.Index())
        {
            var column = new TableColumn($"[bold]{heading.EscapeMarkup()}[/]");
            table.AddColumn(i == headings.Count - 1 ? column : column.NoWrap());
        }
        foreach (var row in rows) table.AddRow([.. row.Select(c => c.EscapeMarkup())]);
        return table;
    }

    public static JsonObject Object(IReadOnlyList<string> headings, string[] row) =>
        new(headings.Zip(row, (h, c) => KeyValuePair.Create(Key(h), (JsonNode?)JsonValue.Create(c))));

    private static string Key(string heading)
    {
        var words = heading.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Select((w, i) => i == 0 ? char.ToLowerInvariant(w[0]) + w[1..] : char.ToUpperInvariant(w[0]) + w[1..]));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ServerAddresses))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonNode))]
internal sealed partial class CliJson : JsonSerializerContext;
