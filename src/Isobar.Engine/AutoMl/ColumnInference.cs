using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.AutoMl;

/// <summary>What a column was taken for.</summary>
/// <param name="Type"><c>number</c>, <c>category</c>, <c>text</c>, <c>constant</c>, <c>identifier</c> or <c>date</c>; the last three are not read.</param>
public sealed record InferredColumn(string Name, string Type);

/// <summary>Decides which columns a model reads.</summary>
internal static class ColumnInference
{
    // A text that nearly every row has for itself tells rows apart, not classes.
    private const double IdentifierShare = 0.6;
    private const int FewRows = 30;
    private const double FewSpaces = 2.5;

    public static IReadOnlyList<InferredColumn> Of(DataTable table, DataLayout layout)
    {
        var only = layout.Only.Count == 0 ? null : layout.Only.Select(table.Find).ToHashSet();
        var left = layout.Ignore.Append(layout.Label ?? "").Append(layout.Weight ?? "").Where(n => n.Length > 0).Select(table.Find).ToHashSet();
        return [.. Enumerable.Range(0, table.Columns.Count).Where(i => !left.Contains(i) && only?.Contains(i) != false).Select(i => new InferredColumn(table.Columns[i].Name, Type(table.Columns[i], table.Rows, layout, i)))];
    }

    private static string Type(DataColumn column, int rows, DataLayout layout, int index)
    {
        if (layout.Categorical.Contains(column.Name) || layout.Categorical.Contains(index.ToString(CultureInfo.InvariantCulture))) return "category";
        if (layout.Texts.Contains(column.Name)) return "text";
        if (column.IsNumeric) return "number";
        var present = column.Texts!.OfType<string>().ToList();
        var distinct = present.Distinct().Count();
        if (distinct < 2) return "constant";
        // Sentences repeat their words, not themselves.
        if (rows >= FewRows && distinct > present.Count / 4 && present.Average(t => t.Count(char.IsWhiteSpace)) >= FewSpaces) return "text";
        if (rows >= FewRows && distinct > IdentifierShare * present.Count)
            return present.Take(100).All(t => DateTime.TryParse(t, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) ? "date" : "identifier";
        return "category";
    }
}
