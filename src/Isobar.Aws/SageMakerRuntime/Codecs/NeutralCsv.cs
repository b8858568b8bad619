using Isobar.Core.Results;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>CSV as RFC 4180 has it, quotes included, with categories and missing values.</summary>
internal static class NeutralCsv
{
    public static Result<Done> Decode(ReadOnlySpan<byte> body, IReadOnlyList<ModelColumn> columns, TensorBatch into)
    {
        var rows = 0;
        for (var rest = body; NextRow(ref rest, out var line);)
            if (!line.Trim(" \t\r"u8).IsEmpty) rows++;
        if (rows == 0) return new Error(ErrorCode.InvalidArgument, "The request holds no rows.");
        var cells = new NeutralCells(columns, rows, into);
        var row = 0;
        for (var rest = body; NextRow(ref rest, out var line);)
        {
            line = line.TrimEnd((byte)'\r');
            if (line.Trim(" \t"u8).IsEmpty) continue;
            var column = 0;
            var more = true;
            while (more)
            {
                more = NextCell(ref line, out var cell);
                if (column < columns.Count && cells.Set(row, column, cell) is { } fault) return new Error(ErrorCode.InvalidArgument, fault);
                column++;
            }
            if (column != columns.Count)
                return new Error(ErrorCode.InvalidArgument, $"Row {row + 1}: {column} values where the model takes {columns.Count}: {string.Join(", ", columns.Select(c => c.Name))}.");
            row++;
        }
        return Done.Value;
    }

    // A line end inside of quotes belongs to the cell.
    private static bool NextRow(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        line = default;
        if (rest.IsEmpty) return false;
        var quoted = false;
        var i = 0;
        for (; i < rest.Length; i++)
        {
            if (rest[i] == '"') quoted = !quoted;
            else if (rest[i] == '\n' && !quoted) break;
        }
        line = rest[..i];
        rest = i < rest.Length ? rest[(i + 1)..] : default;
        return true;
    }

    private static bool NextCell(ref ReadOnlySpan<byte> line, out ReadOnlySpan<byte> cell)
    {
        if (line.IsEmpty || line[0] != '"')
        {
            var comma = line.IndexOf((byte)',');
            cell = comma < 0 ? line : line[..comma];
            line = comma < 0 ? default : line[(comma + 1)..];
            return comma >= 0;
        }
        var end = 1;
        while (end < line.Length && (line[end] != '"' || end + 1 < line.Length && line[end + 1] == '"')) end += line[end] == '"' ? 2 : 1;
        cell = line[1..Math.Min(end, line.Length)];
        if (cell.Contains((byte)'"')) cell = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(cell).Replace("\"\"", "\"", StringComparison.Ordinal));
        line = end + 1 < line.Length ? line[(end + 1)..] : default;
        var more = !line.IsEmpty && line[0] == ',';
        if (more) line = line[1..];
        return more;
    }
}
