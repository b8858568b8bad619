using System.Globalization;
using CsvHelper;
using Isobar.Core.Results;

namespace Isobar.Cli;

/// <summary>Tells the task by the values of the label: words or few whole numbers are classes, other numbers are amounts.</summary>
internal static class LabelTask
{
    private const int MostNumericClasses = 10;

    public static Result<string> Tell(string file, string label)
    {
        using var csv = new CsvReader(new StreamReader(file), CultureInfo.InvariantCulture);
        if (!csv.Read() || !csv.ReadHeader()) return Error.Invalid("data", file, $"The file {file} is empty.");
        var header = csv.HeaderRecord!;
        if (header.Any(h => h.Any(char.IsControl))) return Error.Invalid("data", file, $"The file {file} is not a CSV file with a header: it holds bytes that are no text. Unpack it first, if it is compressed.");
        if (!header.Contains(label))
        {
            var near = Nearest.To(label, header) is { } n ? $" Did you mean '{n}'?" : "";
            return Error.Invalid("--label", label, $"The file {file} has no column '{label}'; it has {string.Join(", ", header.Take(20))}.{near}");
        }
        var (seen, numbers) = (new HashSet<string>(), true);
        while (csv.Read())
        {
            if (csv.GetField(label) is not { Length: > 0 } value) continue;
            if (seen.Count <= 1000) seen.Add(value);
            numbers &= double.TryParse(value, CultureInfo.InvariantCulture, out _);
        }
        if (numbers && (seen.Count > MostNumericClasses || seen.Any(v => double.Parse(v, CultureInfo.InvariantCulture) % 1 != 0))) return "regression";
        return seen.Count == 2 ? "binary" : "multiclass";
    }
}
