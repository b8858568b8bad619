using System.Globalization;
using Isobar.Core.Results;

namespace Isobar.Engine.Algorithms.Data;

/// <summary>Collects cells and settles each column's type at the end: numbers if every present cell is one, texts otherwise.</summary>
internal sealed class TableBuilder
{
    /// <summary>More cells than this do not fit the memory of a small machine: 400 million (1.6 GB of numbers).</summary>
    private const long MaxCells = 400_000_000;

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _places = [];
    private readonly List<List<float>> _numbers = [];
    private readonly List<List<string?>?> _texts = [];
    private int _rows;
    private readonly List<int> _groups = [];
    private long? _group;
    private int _grouped;

    public int Columns => _names.Count;
    public int Rows => _rows;

    public static bool IsMissing(ReadOnlySpan<char> cell) => cell.IsEmpty || cell is "NA" or "NaN" or "nan" or "null" or "NULL" or "?";

    public int Column(string name)
    {
        if (_places.TryGetValue(name, out var at)) return at;
        _places.Add(name, _names.Count);
        _names.Add(name);
        _numbers.Add([.. Enumerable.Repeat(float.NaN, _rows)]);
        _texts.Add(null);
        return _names.Count - 1;
    }

    public void EnsureColumns(int count)
    {
        while (_names.Count < count) Column($"f{_names.Count}");
    }

    public Error? EndRow()
    {
        _rows++;
        for (var c = 0; c < _names.Count; c++)
        {
            if (_numbers[c].Count < _rows) _numbers[c].Add(float.NaN);
            if (_texts[c] is { } texts && texts.Count < _rows) texts.Add(null);
        }
        return (long)_rows * _names.Count > MaxCells
            ? new Error(ErrorCode.ResourceExhausted, $"The data has more than {MaxCells:N0} cells; sample it or split the job.")
            : null;
    }

    public void Set(int column, float value)
    {
        TakeBack(column);
        _numbers[column].Add(value);
        _texts[column]?.Add(float.IsNaN(value) ? null : value.ToString("R", CultureInfo.InvariantCulture));
    }

    public void Set(int column, ReadOnlySpan<char> cell)
    {
        var trimmed = cell.Trim();
        if (IsMissing(trimmed)) Set(column, float.NaN);
        else if (float.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            TakeBack(column);
            _numbers[column].Add(number);
            _texts[column]?.Add(trimmed.ToString());
        }
        else SetText(column, trimmed.ToString());
    }

    public void SetText(int column, string? value)
    {
        TakeBack(column);
        // The numbers seen so far become texts: one word makes the whole column categorical.
        var texts = _texts[column] ??= [.. _numbers[column].Select(n => float.IsNaN(n) ? null : n.ToString("R", CultureInfo.InvariantCulture))];
        texts.Add(value);
        _numbers[column].Add(float.NaN);
    }

    /// <summary>A row may name a column twice (a repeated JSON key or libsvm index): the last value counts, and the columns stay in step.</summary>
    private void TakeBack(int column)
    {
        if (_numbers[column].Count <= _rows) return;
        _numbers[column].RemoveAt(_rows);
        _texts[column]?.RemoveAt(_rows);
    }

    /// <summary>Counts the row that is being read to its group: equal numbers in a row are one group.</summary>
    public void Group(long id)
    {
        if (_group == id) _groups[^1]++;
        else _groups.Add(1);
        _group = id;
        _grouped++;
    }

    /// <summary>Whether every row so far, that being read included, was counted to a group, or none.</summary>
    public bool GroupsAreWhole => _grouped == 0 || _grouped == _rows + 1;

    public DataTable Build() => new([.. _names.Select((name, i) => _texts[i] is { } texts
        ? new DataColumn(name, null, [.. texts])
        : new DataColumn(name, [.. _numbers[i]], null))], _rows) { GroupSizes = _groups.Count == 0 ? null : [.. _groups] };
}
