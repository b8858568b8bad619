using Isobar.Core.Results;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>CSV of numbers, without a header, straight into the graph's input.</summary>
internal static class CsvRequest
{
    /// <param name="skip">Columns before the features: the label of <c>label_size=1</c>.</param>
    /// <param name="emptyIsMissing">Whether an empty cell is a missing value; otherwise it is a fault.</param>
    public static Result<Done> Decode(ReadOnlySpan<byte> body, int columns, int skip, bool emptyIsMissing, TensorBatch into)
    {
        var rows = CountRows(body);
        if (rows == 0) return new Error(ErrorCode.InvalidArgument, "The request holds no rows.");
        var tensor = into[0];
        tensor.Reset(rows, columns);
        var values = tensor.Values<float>();
        var row = 0;
        foreach (var range in body.Split((byte)'\n'))
        {
            var line = body[range].TrimEnd((byte)'\r');
            if (IsBlank(line)) continue;
            if (DecodeRow(line, values.Slice(row * columns, columns), skip, emptyIsMissing, row + 1) is { } error) return error;
            row++;
        }
        into.Rows = rows;
        return Done.Value;
    }

    private static Error? DecodeRow(ReadOnlySpan<byte> line, Span<float> values, int skip, bool emptyIsMissing, int number)
    {
        var column = -skip;
        while (true)
        {
            var comma = line.IndexOf((byte)',');
            var cell = comma < 0 ? line : line[..comma];
            if (column >= values.Length) break;
            if (column >= 0 && !FloatText.TryParse(cell, out values[column]))
            {
                if (!emptyIsMissing || !IsBlank(cell)) return Fault(number, $"column {column + 1} holds '{Shown(cell)}', which is not a number");
                values[column] = float.NaN;
            }
            column++;
            if (comma < 0) return column == values.Length ? null : Fault(number, $"{column} values where the model takes {values.Length}");
            line = line[(comma + 1)..];
        }
        return Fault(number, $"{column + 1 + line.Count((byte)',')} values where the model takes {values.Length}");
    }

    internal static string Shown(ReadOnlySpan<byte> cell) => System.Text.Encoding.UTF8.GetString(cell.Length > 40 ? cell[..40] : cell);

    private static Error Fault(int row, string what) => new(ErrorCode.InvalidArgument, $"Row {row}: {what}.");

    private static int CountRows(ReadOnlySpan<byte> body)
    {
        var rows = 0;
        foreach (var range in body.Split((byte)'\n'))
            if (!IsBlank(body[range])) rows++;
        return rows;
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
