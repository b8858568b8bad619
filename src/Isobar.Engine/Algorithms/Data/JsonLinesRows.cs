using System.Text.Json;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>JSON Lines: an object with named columns or an array a line.</summary>
internal static class JsonLinesRows
{
    public static async Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, CancellationToken ct)
    {
        using var text = new StreamReader(content);
        var number = 0;
        while (await text.ReadLineAsync(ct).ConfigureAwait(false) is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var json = JsonDocument.Parse(line);
                if (!Add(json.RootElement, builder)) return new Error(ErrorCode.InvalidArgument, $"{name}, line {number}: an object or an array of plain values is expected.");
            }
            catch (JsonException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"{name}, line {number}: not JSON ({e.Message})");
            }
            if (builder.EndRow() is { } full) return full;
        }
        return null;
    }

    private static bool Add(JsonElement row, TableBuilder builder)
    {
        switch (row.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in row.EnumerateObject())
                    if (!Set(builder, builder.Column(property.Name), property.Value)) return false;
                return true;
            case JsonValueKind.Array:
                builder.EnsureColumns(row.GetArrayLength());
                var column = 0;
                foreach (var item in row.EnumerateArray())
                    if (!Set(builder, column++, item)) return false;
                return true;
            default:
                return false;
        }
    }

    private static bool Set(TableBuilder builder, int column, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number: builder.Set(column, (float)value.GetDouble()); return true;
            case JsonValueKind.String: builder.Set(column, value.GetString()); return true;
            case JsonValueKind.True: builder.Set(column, 1); return true;
            case JsonValueKind.False: builder.Set(column, 0); return true;
            case JsonValueKind.Null: builder.Set(column, float.NaN); return true;
            default: return false;
        }
    }
}
