using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Rows without a header, made into files with one: the columns are those that the model's own <c>model.json</c> names.</summary>
internal static class HeadedRows
{
    private const string Manifest = "model.json";
    private const long LongestManifest = 64 << 20;
    private static readonly CsvConfiguration Plain = new(CultureInfo.InvariantCulture) { HasHeaderRecord = false, IgnoreBlankLines = true, BadDataFound = null };

    /// <summary>Copies every object of the input into the target's folder, with a header.</summary>
    /// <param name="isJson">Whether the rows are lines of JSON: objects by column, or lists.</param>
    public static async Task<Result<Done>> LayAsync(IObjects objects, DataLocation source, DataLocation target, RegisteredModel model, bool isJson, CancellationToken ct)
    {
        if (!(await ColumnsAsync(objects, model, ct).ConfigureAwait(false)).TryGet(out var columns, out var error)) return error;
        if (!(await objects.ListAsync(source, ct).ConfigureAwait(false)).TryGet(out var found, out error)) return error;
        var inputs = found.Where(o => !o.Key.EndsWith('/')).ToList();
        if (inputs.Count == 0) return Error.NotFound($"An object below {source}");
        foreach (var (i, input) in inputs.Index())
        {
            if (!(await objects.GetAsync(source with { Key = input.Key }, ct).ConfigureAwait(false)).TryGet(out var content, out error)) return error;
            await using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
            await using (content)
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(Line(columns) + "\n"), ct).ConfigureAwait(false);
                if (!isJson) await content.CopyToAsync(file, ct).ConfigureAwait(false);
                else if ((await WriteAsync(content, input.Key, columns, file, ct).ConfigureAwait(false)).Error is { } fault) return fault;
            }
            file.Position = 0;
            // The order of the names is that of the inputs.
            var put = await objects.PutAsync(target with { Key = string.Create(CultureInfo.InvariantCulture, $"{target.Key}{i:d5}.csv") }, file, "text/csv", ct).ConfigureAwait(false);
            if (put.Error is { } unput) return unput;
        }
        return Done.Value;
    }

    private static async Task<Result<Done>> WriteAsync(Stream lines, string name, string[] columns, Stream to, CancellationToken ct)
    {
        using var reader = new StreamReader(lines);
        for (var number = 1; await reader.ReadLineAsync(ct).ConfigureAwait(false) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            string[] cells;
            try
            {
                using var json = JsonDocument.Parse(line);
                var row = json.RootElement;
                if (row.ValueKind == JsonValueKind.Object) cells = [.. columns.Select(c => row.TryGetProperty(c, out var value) ? Cell(value) : "")];
                else if (row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == columns.Length) cells = [.. row.EnumerateArray().Select(Cell)];
                else return new Error(ErrorCode.InvalidArgument, $"{name}, line {number}: must be an object by column, or a list of the {columns.Length} values of {string.Join(", ", columns)}.");
            }
            catch (JsonException e)
            {
                return new Error(ErrorCode.InvalidArgument, $"{name}, line {number} is not JSON: {e.Message}");
            }
            await to.WriteAsync(Encoding.UTF8.GetBytes(Line(cells) + "\n"), ct).ConfigureAwait(false);
        }
        return Done.Value;

        static string Cell(JsonElement value) => value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? "" : value.ToString();
    }

    /// <summary>A column of CSV without a header.</summary>
    public static async Task<Result<IReadOnlyList<string>>> ColumnAsync(TextReader text, int number, CancellationToken ct)
    {
        var values = new List<string>();
        using var csv = new CsvParser(text, Plain);
        while (await csv.ReadAsync().ConfigureAwait(false))
        {
            ct.ThrowIfCancellationRequested();
            if (csv.Record!.Length <= number) return new Error(ErrorCode.DataLoss, $"Line {csv.Row} of the predictions has {csv.Record.Length} columns.");
            values.Add(Line([csv.Record[number]]));
        }
        return values;
    }

    private static async Task<Result<string[]>> ColumnsAsync(IObjects objects, RegisteredModel model, CancellationToken ct)
    {
        if (model.Artifact is not { } at || !at.Key.EndsWith(".tar.gz", StringComparison.Ordinal)) return new Error(ErrorCode.Unimplemented, $"The model {model.Name} does not tell the names of its columns, and batch endpoints of Azure read CSV with a header.");
        if (!(await objects.GetAsync(at, ct).ConfigureAwait(false)).TryGet(out var archive, out var error)) return error;
        await using (archive)
        {
            await using var zip = new GZipStream(archive, CompressionMode.Decompress);
            await using var tar = new TarReader(zip);
            try
            {
                while (await tar.GetNextEntryAsync(cancellationToken: ct).ConfigureAwait(false) is { } entry)
                {
                    if (Path.GetFileName(entry.Name) != Manifest || entry.DataStream is not { } content || entry.Length > LongestManifest) continue;
                    using var json = await JsonDocument.ParseAsync(content, cancellationToken: ct).ConfigureAwait(false);
                    if (json.RootElement.TryGetProperty("columns", out var columns) && columns.ValueKind == JsonValueKind.Array) return columns.EnumerateArray().Select(c => c.GetProperty("name").GetString()!).ToArray();
                }
            }
            catch (Exception e) when (e is InvalidDataException or JsonException or EndOfStreamException or KeyNotFoundException)
            {
                return new Error(ErrorCode.DataLoss, $"The artifact of the model {model.Name} is damaged: {e.Message}");
            }
        }
        return new Error(ErrorCode.FailedPrecondition, $"The artifact of the model {model.Name} has no {Manifest} that names its columns.");
    }

    private static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(c => c.AsSpan().IndexOfAny(",\"\r\n") < 0 ? c : $"\"{c.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
}
