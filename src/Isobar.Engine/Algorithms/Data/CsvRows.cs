using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>CSV, RFC 4180, with or without a header.</summary>
internal static class CsvRows
{
    public static async Task<Error?> ReadAsync(Stream content, string name, TableBuilder builder, bool header, CancellationToken ct)
    {
        using var text = new StreamReader(content);
        using var csv = new CsvParser(text, new CsvConfiguration(CultureInfo.InvariantCulture) { BadDataFound = null, IgnoreBlankLines = true, LineBreakInQuotedFieldIsBadData = false });
        int[]? columns = null;
        while (await csv.ReadAsync().ConfigureAwait(false))
        {
            ct.ThrowIfCancellationRequested();
            if (columns is null)
            {
                if (!header) builder.EnsureColumns(csv.Count);
                columns = header
                    ? [.. Enumerable.Range(0, csv.Count).Select(i => builder.Column(HeaderName(csv[i].Trim(), i)))]
                    : [.. Enumerable.Range(0, csv.Count)];
                if (columns.Distinct().Count() < columns.Length)
                    return new Error(ErrorCode.InvalidArgument, $"{name}, line {csv.RawRow}: the header names a column twice ({csv[Array.FindIndex(columns, c => columns.Count(o => o == c) > 1)]}).");
                if (header) continue;
            }
            if (csv.Count != columns.Length || (!header && csv.Count != builder.Columns))
                return new Error(ErrorCode.InvalidArgument, $"{name}, line {csv.RawRow}: {csv.Count} columns where {(header ? columns.Length : builder.Columns)} are expected.");
            for (var i = 0; i < columns.Length; i++) builder.Set(columns[i], csv[i]);
            if (builder.EndRow() is { } full) return full;
        }
        return null;
    }

    /// <summary>A column without a name, such as the index that pandas writes, is called by its place.</summary>
    private static string HeaderName(string name, int place) => name.Length > 0 ? name : $"f{place}";
}
