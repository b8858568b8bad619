using System.Globalization;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.Algorithms.Encoding;

/// <summary>What a column usually holds: the baseline of explanations.</summary>
internal static class TypicalValue
{
    /// <summary>The median of numbers, the most frequent of texts; null for an empty column.</summary>
    public static string? Of(DataColumn column)
    {
        if (column.Texts is { } texts)
            return texts.OfType<string>().GroupBy(t => t).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).FirstOrDefault()?.Key;
        var numbers = column.Numbers!.Where(float.IsFinite).ToArray();
        if (numbers.Length == 0) return null;
        Array.Sort(numbers);
        var middle = numbers.Length / 2;
        return (numbers.Length % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2).ToString("R", CultureInfo.InvariantCulture);
    }
}
