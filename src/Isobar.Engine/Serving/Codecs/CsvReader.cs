using System.Globalization;
using System.Text;
using Isobar.Core.Results;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Isobar.Engine.Serving.Codecs;

/// <summary>CSV without a header: a row a line, the columns of the inputs one after the other in the graph's order.</summary>
internal static class CsvReader
{
    public static Result<Done> Read(OnnxSignature signature, ReadOnlySpan<byte> body, TensorBatch into)
    {
        body = Trim(body);
        if (body.IsEmpty) return new Error(ErrorCode.InvalidArgument, "The body is empty: a row of CSV is needed.");
        var rows = CountLines(body);
        if (Shape(signature, body, rows, into) is { } shapeError) return shapeError;
        for (var row = 0; row < rows; row++)
        {
            var end = LineEnd(body);
            var line = body[..end];
            body = end < body.Length ? body[(end + 1)..] : default;
            if (!line.IsEmpty && line[^1] == (byte)'\r') line = line[..^1];
            if (ReadRow(line, row, into) is { } error) return error;
        }
        into.Rows = rows;
        return Done.Value;
    }

    private static Error? ReadRow(ReadOnlySpan<byte> line, int row, TensorBatch into)
    {
        var column = 0;
        var more = true;
        foreach (var tensor in into.Tensors)
        {
            var width = tensor.RowSize;
            for (var i = 0; i < width; i++, column++)
            {
                if (!more) return Count(row, column, into);
                var field = Next(ref line, out more, out var quoted);
                if (!TrySet(tensor, row * width + i, field, quoted))
                    return new Error(ErrorCode.InvalidArgument, $"Row {row + 1}, column {column + 1}: '{Cut(field)}' is not a value of type {tensor.Type} (input '{tensor.Name}').");
            }
        }
        return more ? Count(row, column + 1 + CountFields(line), into) : null;
    }

    private static Error Count(int row, int found, TensorBatch into)
    {
        var expected = 0;
        foreach (var tensor in into.Tensors) expected += tensor.RowSize;
        return new Error(ErrorCode.InvalidArgument, $"Row {row + 1} has {(found > expected ? found - 1 : found)} columns; the model takes {expected}.");
    }

    private static Error? Shape(OnnxSignature signature, ReadOnlySpan<byte> body, int rows, TensorBatch into)
    {
        for (var i = 0; i < signature.Inputs.Count; i++)
        {
            var port = signature.Inputs[i];
            if (port.Dimensions.Count == 0) into[i].Reset([]);
            else if (port.Dimensions.Count == 1) into[i].Reset([rows]);
            else if (port.RowSize >= 0) into[i].Reset([rows, .. port.Dimensions.Skip(1).Select(d => (long)d)]);
            else if (signature.Inputs.Count == 1 && port.Dimensions.Count == 2) into[i].Reset(rows, CountFields(body[..LineEnd(body)]));
            else return new Error(ErrorCode.InvalidArgument, $"The input '{port.Name}' has axes of free size, which CSV cannot say; send JSON or a NumPy array.");
        }
        return null;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line, out bool more, out bool quoted)
    {
        var at = line.TrimStart((byte)' ');
        quoted = !at.IsEmpty && at[0] == (byte)'"';
        var end = quoted ? QuoteEnd(at) : at.IndexOf((byte)',');
        if (end < 0) end = at.Length;
        var field = at[..end];
        more = end < at.Length;
        line = more ? at[(end + 1)..] : default;
        return quoted ? field : field.TrimEnd((byte)' ');
    }

    // Where the field's comma stands, past its closing quote.
    private static int QuoteEnd(ReadOnlySpan<byte> at)
    {
        var inside = true;
        for (var i = 1; i < at.Length; i++)
        {
            if (at[i] == (byte)'"') inside = !inside;
            else if (at[i] == (byte)',' && !inside) return i;
        }
        return at.Length;
    }

    private static bool TrySet(NamedTensor tensor, int index, ReadOnlySpan<byte> field, bool quoted)
    {
        if (tensor.Type == TensorElementType.String)
        {
            var text = Encoding.UTF8.GetString(quoted ? Unquote(field) : field);
            tensor.Strings[index] = quoted ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : text;
            return true;
        }
        if (quoted) field = Unquote(field);
        if (tensor.Type == TensorElementType.Float)
        {
            if (float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var single))
            {
                tensor.Values<float>()[index] = single;
                return true;
            }
            if (!IsMissing(field)) return false;
            tensor.Values<float>()[index] = float.NaN;
            return true;
        }
        if (tensor.Type == TensorElementType.Int64 && long.TryParse(field, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole))
        {
            // Whole numbers beyond 2^53 would not survive the way through a double.
            tensor.Values<long>()[index] = whole;
            return true;
        }
        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return tensor.TrySetNumber(index, number);
        if (IsMissing(field)) return tensor.TrySetNumber(index, double.NaN);
        if (tensor.Type != TensorElementType.Bool || !bool.TryParse(Encoding.UTF8.GetString(field), out var truth)) return false;
        return tensor.TrySetNumber(index, truth ? 1 : 0);
    }

    private static bool IsMissing(ReadOnlySpan<byte> field) => field.IsEmpty || field.SequenceEqual("nan"u8) || field.SequenceEqual("NA"u8);

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> field) => field.Length >= 2 ? field[1..field.LastIndexOf((byte)'"')] : default;

    private static int CountFields(ReadOnlySpan<byte> line)
    {
        var count = 1;
        var quoted = false;
        foreach (var b in line)
        {
            if (b == (byte)'"') quoted = !quoted;
            else if (b == (byte)',' && !quoted) count++;
        }
        return count;
    }

    private static int CountLines(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf((byte)'"') < 0) return body.Count((byte)'\n') + 1;
        var count = 0;
        while (!body.IsEmpty)
        {
            count++;
            var end = LineEnd(body);
            body = end < body.Length ? body[(end + 1)..] : default;
        }
        return count;
    }

    private static int LineEnd(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)'\n');
        if (end < 0) end = body.Length;
        if (body[..end].IndexOf((byte)'"') < 0) return end;
        var quoted = false;
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] == (byte)'"') quoted = !quoted;
            else if (body[i] == (byte)'\n' && !quoted) return i;
        }
        return body.Length;
    }

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(Encoding.UTF8.Preamble)) body = body[3..];
        return body.TrimEnd("\r\n"u8);
    }

    private static string Cut(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.Length > 60 ? field[..60] : field);
}
