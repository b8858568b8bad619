using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Data;

namespace Isobar.Engine.AutoMl;

/// <summary>Reads from a label what is to be learned.</summary>
internal static class TaskInference
{
    // Whole numbers with so few values, each seen often, are classes rather than amounts.
    private const int FewValues = 12;
    private const int RowsPerValue = 10;

    public static LearningTask Of(DataColumn label, int rows, bool classesOnly)
    {
        var distinct = Enumerable.Range(0, rows).Select(label.TextAt).OfType<string>().Distinct().Count();
        if (distinct == 2) return LearningTask.Binary;
        if (classesOnly || !label.IsNumeric) return LearningTask.Multiclass;
        var whole = label.Numbers!.All(x => float.IsNaN(x) || x == MathF.Floor(x));
        return whole && distinct <= FewValues && rows >= distinct * RowsPerValue ? LearningTask.Multiclass : LearningTask.Regression;
    }
}
