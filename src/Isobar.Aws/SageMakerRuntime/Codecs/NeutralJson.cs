using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>Rows as JSON: <c>{"instances":[…]}</c>, an array, or one row; a row is an object by column name or an array in the columns' order.</summary>
internal static class NeutralJson
{
    public static Result<Done> Decode(ReadOnlyMemory<byte> body, IReadOnlyList<ModelColumn> columns, TensorBatch into)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Fill(Rows(document.RootElement), columns, into);
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The request is no JSON: {e.Message}");
        }
    }

    public static Result<Done> DecodeLines(ReadOnlyMemory<byte> body, IReadOnlyList<ModelColumn> columns, TensorBatch into)
    {
        var rows = new List<JsonElement>();
        foreach (var range in body.Span.Split((byte)'\n'))
        {
            var line = body.Span[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            try
            {
                var reader = new Utf8JsonReader(line);
                rows.Add(JsonElement.ParseValue(ref reader));
            }
            catch (JsonException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"Line {rows.Count + 1} is no JSON: {e.Message}");
            }
        }
        return Fill(rows, columns, into);
    }

    private static List<JsonElement> Rows(JsonElement root) => root.ValueKind switch
    {
        JsonValueKind.Object when root.TryGetProperty("instances", out var instances) && instances.ValueKind == JsonValueKind.Array => [.. instances.EnumerateArray()],
        JsonValueKind.Array when root.GetArrayLength() > 0 && root[0].ValueKind is JsonValueKind.Object or JsonValueKind.Array => [.. root.EnumerateArray()],
        _ => [root],
    };

    private static Result<Done> Fill(List<JsonElement> rows, IReadOnlyList<ModelColumn> columns, TensorBatch into)
    {
        if (rows.Count == 0) return new Error(ErrorCode.InvalidArgument, "The request holds no rows.");
        var cells = new NeutralCells(columns, rows.Count, into);
        for (var r = 0; r < rows.Count; r++)
            if (Row(rows[r], r, columns, cells) is { } fault) return new Error(ErrorCode.InvalidArgument, fault);
        return Done.Value;
    }

    private static string? Row(JsonElement row, int number, IReadOnlyList<ModelColumn> columns, NeutralCells cells)
    {
        if (row.ValueKind == JsonValueKind.Object && row.TryGetProperty("features", out var features) && features.ValueKind is JsonValueKind.Array or JsonValueKind.Object) row = features;
        if (row.ValueKind == JsonValueKind.Array)
        {
            if (row.GetArrayLength() != columns.Count) return $"Row {number + 1}: {row.GetArrayLength()} values where the model takes {columns.Count}: {string.Join(", ", columns.Select(c => c.Name))}.";
            var at = 0;
            foreach (var value in row.EnumerateArray())
                if (Cell(value, number, at++, columns, cells) is { } fault) return fault;
            return null;
        }
        if (row.ValueKind != JsonValueKind.Object) return $"Row {number + 1} is neither an object nor an array.";
        for (var c = 0; c < columns.Count; c++)
            if (Cell(row.TryGetProperty(columns[c].Name, out var value) ? value : default, number, c, columns, cells) is { } fault) return fault;
        foreach (var property in row.EnumerateObject())
            if (columns.All(c => c.Name != property.Name)) return $"Row {number + 1} has '{property.Name}', which is none of the model's columns: {string.Join(", ", columns.Select(c => c.Name))}.";
        return null;
    }

    private static string? Cell(JsonElement value, int row, int column, IReadOnlyList<ModelColumn> columns, NeutralCells cells)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return cells.Set(row, column, default);
            case JsonValueKind.String:
                return cells.Set(row, column, System.Text.Encoding.UTF8.GetBytes(value.GetString()!));
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                if (columns[column].Type == "number" && value.ValueKind != JsonValueKind.Number) return cells.Set(row, column, value.ValueKind == JsonValueKind.True ? "1"u8 : "0"u8);
                return cells.Set(row, column, System.Text.Encoding.UTF8.GetBytes(value.GetRawText()));
            default:
                return $"Row {row + 1}: the column '{columns[column].Name}' holds an array or an object.";
        }
    }
}
