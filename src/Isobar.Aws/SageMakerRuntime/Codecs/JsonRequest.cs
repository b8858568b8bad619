using System.Text.Json;
using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>
/// The JSON of Amazon's algorithms: <c>{"instances":[{"features":[…]}, {"data":{"features":{"values":[…],"keys":[…],"shape":[…]}}}]}</c>,
/// and the same instances one a line.
/// </summary>
internal static class JsonRequest
{
    public static Result<Done> Decode(ReadOnlySpan<byte> body, int columns, TensorBatch into)
    {
        using var buffer = new FloatBuffer();
        var reader = new Utf8JsonReader(body);
        try
        {
            var rows = 0;
            var found = false;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Bad("is not an object with 'instances'");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                found |= reader.ValueTextEquals("instances"u8);
                var instances = reader.ValueTextEquals("instances"u8);
                reader.Read();
                if (!instances)
                {
                    reader.Skip();
                    continue;
                }
                if (reader.TokenType != JsonTokenType.StartArray) return Bad("has 'instances' that are not an array");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    if (Row(ref reader, columns, ++rows, buffer) is { } error) return error;
            }
            return found ? DenseRows.Fill(buffer, rows, columns, into) : Bad("has no 'instances'");
        }
        catch (JsonException e)
        {
            return Bad($"is no JSON: {e.Message}");
        }
    }

    public static Result<Done> DecodeLines(ReadOnlySpan<byte> body, int columns, TensorBatch into)
    {
        using var buffer = new FloatBuffer();
        var rows = 0;
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].Trim(" \t\r"u8);
            if (line.IsEmpty) continue;
            var reader = new Utf8JsonReader(line);
            try
            {
                reader.Read();
                if (Row(ref reader, columns, ++rows, buffer) is { } error) return error;
            }
            catch (JsonException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"Line {rows} is no JSON: {e.Message}");
            }
        }
        return DenseRows.Fill(buffer, rows, columns, into);
    }

    // The reader stands on the instance; afterwards on its end. Features are looked for below 'data' too.
    private static Error? Row(ref Utf8JsonReader reader, int columns, int row, FloatBuffer buffer)
    {
        var start = buffer.Count;
        var depth = reader.CurrentDepth;
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            if (Numbers(ref reader, row, buffer) is { } bad) return bad;
        }
        else if (reader.TokenType != JsonTokenType.StartObject) return Fault(row, "is neither an object nor an array");
        else
        {
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == depth))
            {
                if (reader.TokenType != JsonTokenType.PropertyName) continue;
                if (reader.ValueTextEquals("features"u8))
                {
                    reader.Read();
                    if (Features(ref reader, columns, row, buffer) is { } bad) return bad;
                    continue;
                }
                var nested = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (!nested) reader.Skip();
            }
        }
        var count = buffer.Count - start;
        return count == columns ? null : Fault(row, count == 0 ? "has no 'features'" : $"has {count} features where the model takes {columns}");
    }

    private static Error? Features(ref Utf8JsonReader reader, int columns, int row, FloatBuffer buffer)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return Numbers(ref reader, row, buffer);
        if (reader.TokenType != JsonTokenType.StartObject) return Fault(row, "has 'features' that are neither an array nor an object");
        using var values = new FloatBuffer();
        using var keys = new FloatBuffer();
        var sparse = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var target = reader.ValueTextEquals("values"u8) ? values : reader.ValueTextEquals("keys"u8) ? keys : null;
            reader.Read();
            if (target is null) reader.Skip();
            else if (Numbers(ref reader, row, target) is { } bad) return bad;
        }
        sparse = keys.Count > 0;
        if (!sparse)
        {
            values.Values.CopyTo(buffer.Add(values.Count, 0));
            return null;
        }
        if (keys.Count != values.Count) return Fault(row, $"has {keys.Count} keys for {values.Count} values");
        var dense = buffer.Add(columns, 0);
        for (var i = 0; i < keys.Count; i++)
        {
            var key = keys.Values[i];
            if (key < 0 || key >= columns || key != MathF.Floor(key)) return Fault(row, $"has the key {key} where the model takes {columns} features");
            dense[(int)key] = values.Values[i];
        }
        return null;
    }

    private static Error? Numbers(ref Utf8JsonReader reader, int row, FloatBuffer into)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return Fault(row, "has values that are not an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetSingle(out var value)) into.Add(value);
            else if (reader.TokenType == JsonTokenType.Null) into.Add(float.NaN);
            else return Fault(row, $"has '{CsvRequest.Shown(reader.ValueSpan)}' among its features, which is not a number");
        }
        return null;
    }

    private static Error Fault(int row, string what) => new(ErrorCode.InvalidArgument, $"Instance {row} {what}.");

    private static Error Bad(string what) => new(ErrorCode.InvalidArgument, $"The request {what}; expected {{\"instances\": [{{\"features\": [1.0, …]}}, …]}}.");
}
