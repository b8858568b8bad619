using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>A row as named cells.</summary>
/// <param name="Cells">Null or empty: missing.</param>
public readonly record struct DataRow(IReadOnlyList<string> Names, IReadOnlyList<string?> Cells)
{
    /// <summary>A cell by its column's name or number from 0; null when there is none.</summary>
    public string? this[string column]
    {
        get
        {
            for (var i = 0; i < Names.Count; i++)
                if (Names[i] == column) return Cells[i];
            return int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < Cells.Count ? Cells[at] : null;
        }
    }
}

/// <summary>Reads rows as texts, so that nothing of how a value was written is lost to its type.</summary>
public static class DatasetReader
{
    /// <summary>The rows of one file.</summary>
    public static IEnumerable<Result<DataRow>> Read(Stream content, string name, DatasetFormat format)
    {
        Stream stream = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(content, CompressionMode.Decompress) : content;
        return format == DatasetFormat.JsonLines ? JsonLines(stream, name) : Csv(stream, name, format == DatasetFormat.CsvWithHeader);
    }

    /// <summary>Hands on the rows of files, one file after another; the failure of the first row that cannot be read.</summary>
    public static Error? ReadFiles(IEnumerable<string> files, DatasetFormat format, Action<DataRow> add, CancellationToken ct)
    {
        foreach (var path in files)
        {
            using var content = File.OpenRead(path);
            foreach (var row in Read(content, Path.GetFileName(path), format))
            {
                ct.ThrowIfCancellationRequested();
                if (!row.TryGet(out var value, out var error)) return error;
                add(value);
            }
        }
        return null;
    }

    /// <summary>The rows of a CSV text without header; columns are named _c0, _c1 and so on.</summary>
    public static IEnumerable<DataRow> Csv(string text) =>
        Csv(new MemoryStream(Encoding.UTF8.GetBytes(text)), "text", header: false).Where(r => r.IsOk).Select(r => r.Value);

    /// <summary>The rows of a JSON value: an object's members, an array's items; nested ones by dotted names.</summary>
    public static DataRow Json(JsonElement element)
    {
        var names = new List<string>();
        var cells = new List<string?>();
        Flatten("", element, names, cells);
        return new DataRow(names, cells);
    }

    /// <summary>The names of columns that have none.</summary>
    public static IReadOnlyList<string> Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => $"_c{i}")];

    private static IEnumerable<Result<DataRow>> Csv(Stream stream, string name, bool header)
    {
        using var reader = new CsvParser(new StreamReader(stream, Encoding.UTF8), new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = true });
        IReadOnlyList<string>? names = null;
        while (reader.Read())
        {
            var cells = reader.Record!;
            if (header && names is null)
            {
                names = [.. cells.Select(c => c.Trim())];
                continue;
            }
            names ??= Numbered(cells.Length);
            if (cells.Length != names.Count)
            {
                yield return new Error(ErrorCode.InvalidArgument, $"{name}: row {reader.Row} has {cells.Length} cells, the first has {names.Count}.");
                yield break;
            }
            yield return new DataRow(names, cells);
        }
    }

    private static IEnumerable<Result<DataRow>> JsonLines(Stream stream, string name)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            Result<DataRow> row;
            try
            {
                using var json = JsonDocument.Parse(line);
                row = Json(json.RootElement);
            }
            catch (JsonException e)
            {
                row = new Error(ErrorCode.InvalidArgument, $"{name}: line {number} is not JSON: {e.Message}");
            }
            yield return row;
        }
    }

    private static void Flatten(string path, JsonElement element, List<string> names, List<string?> cells)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject()) Flatten(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, names, cells);
                break;
            case JsonValueKind.Array:
                var at = 0;
                foreach (var item in element.EnumerateArray()) Flatten(path.Length == 0 ? $"_c{at++}" : $"{path}.{at++}", item, names, cells);
                break;
            default:
                names.Add(path.Length == 0 ? "_c0" : path);
                cells.Add(element.ValueKind switch { JsonValueKind.Null => null, JsonValueKind.String => element.GetString(), _ => element.GetRawText() });
                break;
        }
    }
}
