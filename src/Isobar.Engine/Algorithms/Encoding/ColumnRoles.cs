using System.Globalization;
using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.Algorithms.Encoding;

/// <summary>Which columns are the label, the weight and the features.</summary>
internal sealed record ColumnRoles(int Label, int Weight, IReadOnlyList<int> Features)
{
    public static Result<ColumnRoles> Find(DataTable table, DataLayout layout)
    {
        var label = layout.Label is null ? -1 : table.Find(layout.Label);
        var weight = layout.Weight is null ? -1 : table.Find(layout.Weight);
        if (layout.Weight is not null && (weight < 0 || !table.Columns[weight].IsNumeric))
            return new Error(ErrorCode.InvalidArgument, $"The weight column '{layout.Weight}' is not a column of numbers.");
        var ignored = layout.Ignore.Select(table.Find).ToHashSet();
        return new ColumnRoles(label, weight, [.. Enumerable.Range(0, table.Columns.Count).Where(i => i != label && i != weight && !ignored.Contains(i) && (layout.Only.Count == 0 || layout.Only.Contains(table.Columns[i].Name)))]);
    }

    /// <summary>The classes in their order: numbers by value, texts by ordinal.</summary>
    public static Result<IReadOnlyList<string>> Classes(DataColumn label, int rows, TrainingRequest request, int limit)
    {
        var seen = Enumerable.Range(0, rows).Select(label.TextAt).Distinct().ToList();
        if (seen.Contains(null)) return new Error(ErrorCode.InvalidArgument, $"The label in row {Enumerable.Range(0, rows).First(r => label.TextAt(r) is null) + 1} is missing.");
        var numbers = seen.Select(s => double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) ? d : double.NaN).ToList();
        var numeric = numbers.TrueForAll(double.IsFinite);
        if (request.Layout.NumericClasses)
        {
            var declared = request.HyperParameters.TryGetValue("num_class", out var text) && int.TryParse(text, out var n) ? n : request.Task == LearningTask.Binary ? 2 : (int)numbers.Max() + 1;
            if (!numeric || numbers.Exists(d => d != Math.Floor(d) || d < 0 || d >= declared))
                return new Error(ErrorCode.InvalidArgument, request.Task == LearningTask.Binary
                    ? "The labels of a binary classification must be 0 or 1."
                    : $"The labels must be whole numbers from 0 to num_class - 1 ({declared - 1}).");
            return Result<IReadOnlyList<string>>.Ok([.. Enumerable.Range(0, declared).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
        }
        IReadOnlyList<string> classes = numeric
            ? [.. seen.OfType<string>().OrderBy(s => double.Parse(s, NumberStyles.Float, CultureInfo.InvariantCulture))]
            : [.. seen.OfType<string>().Order(StringComparer.Ordinal)];
        if (classes.Count < 2) return new Error(ErrorCode.InvalidArgument, "Every label is the same; there is nothing to tell apart.");
        if (request.Task == LearningTask.Binary && classes.Count > 2) return new Error(ErrorCode.InvalidArgument, $"A binary label has two values; this one has {classes.Count}.");
        return classes.Count > limit
            ? new Error(ErrorCode.InvalidArgument, $"The label has {classes.Count} different values; a classification has at most {limit}. Did you mean a regression?")
            : Result<IReadOnlyList<string>>.Ok(classes);
    }
}
