using System.Buffers;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Codecs;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>Turns <c>input_data</c> into rows that the engine's own codec reads.</summary>
internal static class InputData
{
    private const string Field = "input_data";

    public static Result<ReadOnlyMemory<byte>> Rewrite(ReadOnlyMemory<byte> body, CodecContext context)
    {
        if (body.Span.IndexOf("\"input_data\""u8) < 0) return body;
        try
        {
            if (TryRows(body, context, out var plain)) return plain;
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Field, out var data)) return body;
            var to = new ArrayBufferWriter<byte>(body.Length + 64);
            using (var json = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true }))
            {
                json.WriteStartObject();
                json.WritePropertyName("instances");
                if ((data.ValueKind == JsonValueKind.Object ? WriteSplit(json, data, context) : WriteRows(json, data, context)) is { } error) return error;
                json.WriteEndObject();
            }
            return (ReadOnlyMemory<byte>)to.WrittenMemory;
        }
        catch (JsonException e)
        {
            return new Error(ErrorCode.InvalidArgument, $"The body is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    // {"input_data": [[…], …]}, by far the most requests: the engine's own codec reads the array as it stands. False for all else.
    private static bool TryRows(ReadOnlyMemory<byte> body, CodecContext context, out ReadOnlyMemory<byte> rows)
    {
        rows = default;
        var json = new Utf8JsonReader(body.Span);
        if (ImageRequest.Fits(context.Signature) || !json.Read() || json.TokenType != JsonTokenType.StartObject || !json.Read() || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals(Field)) return false;
        json.Read();
        if (json.TokenType != JsonTokenType.StartArray) return false;
        var start = (int)json.TokenStartIndex;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType == JsonTokenType.StartObject) return false;
            json.Skip();
        }
        rows = body[start..(int)json.BytesConsumed];
        // A field beside it may be the same once more, of which the last one counts.
        return json.Read() && json.TokenType == JsonTokenType.EndObject && !json.Read();
    }

    // {"columns": […], "index": […], "data": [[…], …]}
    private static Error? WriteSplit(Utf8JsonWriter json, JsonElement data, CodecContext context)
    {
        if (!data.TryGetProperty("data", out var rows) || rows.ValueKind != JsonValueKind.Array) return new Error(ErrorCode.InvalidArgument, $"{Field} must have columns and data, or be an array of rows.");
        string[]? columns = data.TryGetProperty("columns", out var named) && named.ValueKind == JsonValueKind.Array ? [.. named.EnumerateArray().Select(c => c.ToString())] : null;
        if (columns is null) return WriteRows(json, rows, context);
        json.WriteStartArray();
        var number = 0;
        foreach (var row in rows.EnumerateArray())
        {
            number++;
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != columns.Length) return new Error(ErrorCode.InvalidArgument, $"Row {number} of {Field}.data has {(row.ValueKind == JsonValueKind.Array ? row.GetArrayLength() : 1)} values; columns names {columns.Length}.");
            if (Write(json, context, name => Array.IndexOf(columns, name) is >= 0 and var at ? row[at] : null, number) is { } error) return error;
        }
        json.WriteEndArray();
        return null;
    }

    private static Error? WriteRows(Utf8JsonWriter json, JsonElement rows, CodecContext context)
    {
        if (rows.ValueKind != JsonValueKind.Array) return new Error(ErrorCode.InvalidArgument, $"{Field} must have columns and data, or be an array of rows.");
        json.WriteStartArray();
        var number = 0;
        foreach (var row in rows.EnumerateArray())
        {
            number++;
            // A row of one picture is that picture.
            if (row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == 1 && ImageRequest.Fits(context.Signature)) row[0].WriteTo(json);
            else if (row.ValueKind != JsonValueKind.Object) row.WriteTo(json);
            else if (Write(json, context, name => row.TryGetProperty(name, out var value) ? value : null, number) is { } error) return error;
        }
        json.WriteEndArray();
        return null;
    }

    /// <summary>A row by column names: where the graph has one input for all columns, in the order that it was trained with.</summary>
    private static Error? Write(Utf8JsonWriter json, CodecContext context, Func<string, JsonElement?> value, int number)
    {
        if (ImageRequest.Fits(context.Signature))
        {
            if (value(context.Signature.Inputs[0].Name) is not { } picture) return new Error(ErrorCode.InvalidArgument, $"Row {number} of {Field} has no column '{context.Signature.Inputs[0].Name}', which holds the picture in base64.");
            picture.WriteTo(json);
            return null;
        }
        // A series is told by some of its columns; of the future there is no target.
        if (context.Manifest is { Forecast: not null } series)
        {
            json.WriteStartObject();
            foreach (var column in series.Columns)
                if (value(column.Name) is { } given)
                {
                    json.WritePropertyName(column.Name);
                    given.WriteTo(json);
                }
            json.WriteEndObject();
            return null;
        }
        if (context.Manifest is not { } manifest)
        {
            json.WriteStartObject();
            foreach (var input in context.Signature.Inputs)
                if (value(input.Name) is { } given)
                {
                    json.WritePropertyName(input.Name);
                    given.WriteTo(json);
                }
            json.WriteEndObject();
            return null;
        }
        var numeric = manifest.IsNumeric && context.Signature.Inputs.Count == 1;
        if (numeric) json.WriteStartArray();
        else json.WriteStartObject();
        foreach (var column in manifest.Columns)
        {
            if (value(column.Name) is not { } given) return new Error(ErrorCode.InvalidArgument, $"Row {number} of {Field} has no column '{column.Name}'; the model takes {string.Join(", ", manifest.Columns.Select(c => $"'{c.Name}'"))}.");
            if (!numeric) json.WritePropertyName(column.Input);
            given.WriteTo(json);
        }
        if (numeric) json.WriteEndArray();
        else json.WriteEndObject();
        return null;
    }
}
