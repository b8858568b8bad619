using System.Text;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Serving;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>Puts raw cells where the graph wants them: one tensor of all columns, or one for each.</summary>
internal readonly ref struct NeutralCells
{
    private readonly IReadOnlyList<ModelColumn> _columns;
    private readonly TensorBatch _into;
    private readonly bool _numeric;

    public NeutralCells(IReadOnlyList<ModelColumn> columns, int rows, TensorBatch into)
    {
        (_columns, _into, _numeric) = (columns, into, columns.All(c => c.Type == "number"));
        if (_numeric) into[0].Reset(rows, columns.Count);
        else
            for (var c = 0; c < columns.Count; c++) Tensor(c).Reset(rows, 1);
        into.Rows = rows;
    }

    /// <summary>Sets a cell; the fault when a number is wanted and the text is none.</summary>
    public string? Set(int row, int column, ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t\r"u8);
        var missing = cell.IsEmpty || cell.SequenceEqual("NA"u8) || cell.SequenceEqual("NaN"u8) || cell.SequenceEqual("nan"u8) || cell.SequenceEqual("null"u8) || cell.SequenceEqual("NULL"u8) || cell.SequenceEqual("?"u8);
        if (_columns[column].Type != "number")
        {
            SetText(row, column, missing ? "" : Text(column, cell));
            return null;
        }
        var value = float.NaN;
        if (!missing && !FloatText.TryParse(cell, out value)) return $"Row {row + 1}: the column '{_columns[column].Name}' holds '{CsvRequest.Shown(cell)}', which is not a number.";
        SetNumber(row, column, value);
        return null;
    }

    public void SetNumber(int row, int column, float value)
    {
        if (_numeric) _into[0].Values<float>()[row * _columns.Count + column] = value;
        else Tensor(column).Values<float>()[row] = value;
    }

    public void SetText(int row, int column, string value) => Tensor(column).Strings[row] = value;

    private NamedTensor Tensor(int column) => _into.Find(_columns[column].Name) ?? _into[column];

    // A category seen in training is already a string of the manifest: nothing is allocated for it.
    private string Text(int column, ReadOnlySpan<byte> cell)
    {
        foreach (var category in _columns[column].Categories ?? [])
            if (category.Length == cell.Length && Ascii.Equals(category, cell)) return category;
        return Encoding.UTF8.GetString(cell);
    }
}
