using System.Text.Json;
using Isobar.Core.Results;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>Fills tensors from JSON elements.</summary>
internal static class JsonRows
{
    /// <summary>Each element is a row: an object by input, or the value of the only input, or a flat array over all inputs' columns.</summary>
    public static Result<Done> Read(OnnxSignature signature, JsonElement[] rows, TensorBatch into)
    {
        if (rows.Length == 0) return new Error(ErrorCode.InvalidArgument, "The body holds no rows.");
        var flat = signature.Inputs.Count > 1 && rows[0].ValueKind == JsonValueKind.Array;
        var column = 0;
        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            var port = signature.Inputs[i];
            for (var row = 0; row < rows.Length; row++)
            {
                if (!Pick(signature, rows[row], i, row, flat, column).TryGet(out var value, out var error)) return error;
                if (row == 0)
                {
                    if (!RowShape(port, value).TryGet(out var shape, out error)) return error;
                    into[i].Reset(port.Dimensions.Count == 0 ? [] : [rows.Length, .. shape]);
                    if (port.Dimensions.Count == 0 && rows.Length > 1) return new Error(ErrorCode.InvalidArgument, $"The input '{port.Name}' is a single value; send one row.");
                }
                var at = row * into[i].RowSize;
                if (Fill(into[i], value, ref at, row) is { } fault) return fault;
                if (at != (row + 1) * into[i].RowSize)
                    return new Error(ErrorCode.InvalidArgument, $"Row {row + 1} has {at - row * into[i].RowSize} values for the input '{port.Name}'; {into[i].RowSize} are needed.");
            }
            column += Math.Max(1, port.RowSize);
        }
        if (flat && rows.FirstOrDefault(r => r.GetArrayLength() != column) is { ValueKind: JsonValueKind.Array } odd)
            return new Error(ErrorCode.InvalidArgument, $"Row {Array.IndexOf(rows, odd) + 1} has {odd.GetArrayLength()} columns; the model takes {column}.");
        into.Rows = rows.Length;
        return Done.Value;
    }

    /// <summary>Each input's whole tensor, rows first; without names where there is one input.</summary>
    public static Result<Done> ReadWhole(OnnxSignature signature, JsonElement inputs, TensorBatch into)
    {
        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            var port = signature.Inputs[i];
            JsonElement value;
            if (inputs.ValueKind == JsonValueKind.Object)
            {
                if (!inputs.TryGetProperty(port.Name, out value)) return Missing(signature, port, null);
            }
            else if (signature.Inputs.Count == 1) value = inputs;
            else return Missing(signature, port, null);
            var shape = ShapeOf(value);
            if (shape.Count == port.Dimensions.Count - 1) shape.Insert(0, 1);
            if (shape.Count != port.Dimensions.Count || shape.Where((size, d) => port.Dimensions[d] >= 0 && port.Dimensions[d] != size).Any())
                return new Error(ErrorCode.InvalidArgument, $"The input '{port.Name}' has shape [{string.Join(", ", shape)}]; the model takes [{string.Join(", ", port.Dimensions)}] (-1: any).");
            into[i].Reset([.. shape]);
            var at = 0;
            if (Fill(into[i], value, ref at, 0) is { } fault) return fault;
            if (at != into[i].Count) return new Error(ErrorCode.InvalidArgument, $"The input '{port.Name}' is ragged: {at} values for a shape of {into[i].Count}.");
        }
        into.Rows = signature.Inputs.Count == 0 ? 1 : Math.Max(1, into[0].Rows);
        return Done.Value;
    }

    private static Result<JsonElement> Pick(OnnxSignature signature, JsonElement row, int input, int number, bool flat, int column)
    {
        var port = signature.Inputs[input];
        if (row.ValueKind == JsonValueKind.Object) return row.TryGetProperty(port.Name, out var named) ? named : Missing(signature, port, number);
        if (signature.Inputs.Count == 1) return row;
        if (!flat || row.ValueKind != JsonValueKind.Array || port.RowSize != 1)
            return new Error(ErrorCode.InvalidArgument, $"Row {number + 1} must be an object with {string.Join(", ", signature.Inputs.Select(p => $"'{p.Name}'"))}.");
        return column < row.GetArrayLength() ? row[column] : new Error(ErrorCode.InvalidArgument, $"Row {number + 1} has {row.GetArrayLength()} columns; the model takes more.");
    }

    private static Result<IReadOnlyList<long>> RowShape(OnnxPort port, JsonElement value)
    {
        if (port.RowSize >= 0) return Result<IReadOnlyList<long>>.Ok([.. port.Dimensions.Skip(1).Select(d => (long)d)]);
        var shape = ShapeOf(value);
        if (shape.Count != port.Dimensions.Count - 1)
            return new Error(ErrorCode.InvalidArgument, $"Row 1 has {shape.Count} axes for the input '{port.Name}'; the model takes {port.Dimensions.Count - 1}.");
        return Result<IReadOnlyList<long>>.Ok(shape);
    }

    private static List<long> ShapeOf(JsonElement value)
    {
        var shape = new List<long>();
        while (value.ValueKind == JsonValueKind.Array)
        {
            shape.Add(value.GetArrayLength());
            if (value.GetArrayLength() == 0) break;
            value = value[0];
        }
        return shape;
    }

    private static Error? Fill(NamedTensor tensor, JsonElement value, ref int at, int row)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                if (Fill(tensor, item, ref at, row) is { } error) return error;
            return null;
        }
        if (at >= tensor.Count) return new Error(ErrorCode.InvalidArgument, $"Row {row + 1} has more values for the input '{tensor.Name}' than its shape holds ({tensor.RowSize}).");
        var index = at++;
        var fits = value.ValueKind switch
        {
            JsonValueKind.String when tensor.Type == TensorElementType.String => SetText(tensor, index, value.GetString()!),
            JsonValueKind.Number when tensor.Type == TensorElementType.String => SetText(tensor, index, value.GetRawText()),
            JsonValueKind.Null when tensor.Type == TensorElementType.String => SetText(tensor, index, ""),
            JsonValueKind.Number when tensor.Type == TensorElementType.Int64 && value.TryGetInt64(out var whole) => SetWhole(tensor, index, whole),
            JsonValueKind.Number => tensor.TrySetNumber(index, value.GetDouble()),
            JsonValueKind.True => tensor.TrySetNumber(index, 1),
            JsonValueKind.False => tensor.TrySetNumber(index, 0),
            JsonValueKind.Null => tensor.TrySetNumber(index, double.NaN),
            JsonValueKind.String when value.GetString() is "NaN" or "nan" => tensor.TrySetNumber(index, double.NaN),
            _ => false,
        };
        return fits ? null : new Error(ErrorCode.InvalidArgument, $"Row {row + 1}, value {index - row * tensor.RowSize + 1} of the input '{tensor.Name}': {Cut(value.GetRawText())} is not of type {tensor.Type}.");
    }

    private static bool SetText(NamedTensor tensor, int index, string text)
    {
        tensor.Strings[index] = text;
        return true;
    }

    private static bool SetWhole(NamedTensor tensor, int index, long value)
    {
        tensor.Values<long>()[index] = value;
        return true;
    }

    private static Error Missing(OnnxSignature signature, OnnxPort port, int? row) =>
        new(ErrorCode.InvalidArgument, $"{(row is { } r ? $"Row {r + 1}: t" : "T")}he input '{port.Name}' is missing; the model takes {string.Join(", ", signature.Inputs.Select(p => $"'{p.Name}'"))}.");

    private static string Cut(string text) => text.Length > 60 ? text[..60] : text;
}
