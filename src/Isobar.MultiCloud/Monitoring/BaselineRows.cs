using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Monitoring;

/// <summary>Tables with a label, as a request holds their rows (without the label and without what the training leaves out), and the label's column by itself.</summary>
internal static class BaselineRows
{
    private static readonly CsvConfiguration Form = new(CultureInfo.InvariantCulture) { BadDataFound = null, MissingFieldFound = null };
    private const int MostColumns = 10_000;
    // A baseline is a profile: more rows make it hardly better, and cost every cloud the more.
    private const int Most = 200_000;

    /// <summary>Writes rows as requests hold them into <paramref name="to"/>, a CSV with a header.</summary>
    public static async Task<Result<int>> WriteAsync(Stream table, TrainingWish training, Stream to, CancellationToken ct)
    {
        using var reader = new CsvReader(new StreamReader(table, Encoding.UTF8, leaveOpen: true), Form);
        if (!await reader.ReadAsync().ConfigureAwait(false) || !reader.ReadHeader() || reader.HeaderRecord is not { Length: > 0 and <= MostColumns } header) return new Error(ErrorCode.InvalidArgument, "The training data have no header.");
        if (training.Label is { } label && Place(header, label) < 0) return NoColumn(header, label);
        int[] kept = [.. Enumerable.Range(0, header.Length).Except((training.Ignore ?? []).Append(training.Label).OfType<string>().Select(c => Place(header, c)))];
        if (kept.Length == 0) return new Error(ErrorCode.InvalidArgument, "The training data have no column besides the label.");
        var writer = new CsvWriter(new StreamWriter(to, new UTF8Encoding(false), leaveOpen: true), Form);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var column in kept) writer.WriteField(header[column]);
            await writer.NextRecordAsync().ConfigureAwait(false);
            var rows = 0;
            for (; rows < Most && await reader.ReadAsync().ConfigureAwait(false); rows++)
            {
                ct.ThrowIfCancellationRequested();
                foreach (var column in kept) writer.WriteField(reader.GetField(column));
                await writer.NextRecordAsync().ConfigureAwait(false);
            }
            return rows > 0 ? rows : new Error(ErrorCode.InvalidArgument, "The training data have no rows.");
        }
    }

    /// <summary>One column of as many rows as <see cref="WriteAsync"/> takes.</summary>
    public static async Task<Result<IReadOnlyList<string>>> ColumnAsync(Stream table, string told, CancellationToken ct)
    {
        using var reader = new CsvReader(new StreamReader(table, Encoding.UTF8, leaveOpen: true), Form);
        if (!await reader.ReadAsync().ConfigureAwait(false) || !reader.ReadHeader()) return new Error(ErrorCode.InvalidArgument, "The data have no header.");
        if (Place(reader.HeaderRecord!, told) is var column && column < 0) return NoColumn(reader.HeaderRecord!, told);
        var values = new List<string>();
        for (; values.Count < Most && await reader.ReadAsync().ConfigureAwait(false); ct.ThrowIfCancellationRequested()) values.Add(reader.GetField(column) ?? "");
        return values;
    }

    private static Error NoColumn(string[] header, string told) => Error.Invalid("label", told, $"The data have no column '{told}'; they have {string.Join(", ", header.Take(20))}.");

    // A column is told by its name, or by its number from 0; -1: there is none.
    private static int Place(string[] header, string told) => Array.IndexOf(header, told) is >= 0 and var named ? named : int.TryParse(told, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < header.Length ? number : -1;
}
