using System.Globalization;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.AutoMl;

/// <summary>What a column was taken for.</summary>
/// <param name="Type"><c>number</c>, <c>category</c>, <c>constant</c>, <c>identifier</c> or <c>date</c>; the last three are not read.</param>
public sealed record InferredColumn(string Name, string Type);

/// <summary>Decides which columns a model reads.</summary>
internal static class ColumnInference
{
    // A text that nearly every row has for itself tells rows apart, not classes.
    private const double IdentifierShare = 0.6;
    private const int FewRows = 30;

    public static IReadOnlyList<InferredColumn> Of(DataTable table, DataLayout layout)
    {
        var left = layout.Ignore.Append(layout.Label ?? "").Append(layout.Weight ?? "").Where(n => n.Length > 0).Select(table.Find).ToHashSet();
        return [.. Enumerable.Range(0, table.Columns.Count).Where(i => !left.Contains(i)).Select(i => new InferredColumn(table.Columns[i].Name, Type(table.Columns[i], table.Rows, layout, i)))];
    }

    private static string Type(DataColumn column, int rows, DataLayout layout, int index)
    {
        if (layout.Categorical.Contains(column.Name) || layout.Categorical.Contains(index.ToString(CultureInfo.InvariantCulture))) return "category";
        if (column.IsNumeric) return "number";
        var present = column.Texts!.OfType<string>().ToList();
        var distinct = present.Distinct().Count();
        if (distinct < 2) return "constant";
        if (rows >= FewRows && distinct > IdentifierShare * present.Count)
            return present.Take(100).All(t => DateTime.TryParse(t, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)) ? "date" : "identifier";
        return "category";
    }
}
