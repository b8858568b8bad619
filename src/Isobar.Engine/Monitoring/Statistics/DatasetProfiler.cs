namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>Turns rows into the statistics of a data set. A column that some rows lack counts as missing there.</summary>
public sealed class DatasetProfiler
{
    private readonly Dictionary<string, Profiler> _columns = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private long _rows;

    /// <summary>Rows seen.</summary>
    public long Rows => _rows;

    /// <summary>Takes a row; <paramref name="names"/> overrides its own names where the counts agree (a baseline knows what a headless CSV means).</summary>
    public void Add(DataRow row, IReadOnlyList<string>? names = null)
    {
        var used = names is not null && names.Count == row.Cells.Count ? names : row.Names;
        for (var i = 0; i < row.Cells.Count; i++)
        {
            if (!_columns.TryGetValue(used[i], out var column))
            {
                _columns.Add(used[i], column = new Profiler(used[i]));
                _order.Add(used[i]);
            }
            column.AddMissing(_rows - column.Rows);
            // A name that a row holds twice counts once.
            if (column.Rows == _rows) column.Add(row.Cells[i]);
        }
        _rows++;
    }

    /// <summary>The statistics so far. Columns are read as the type that <paramref name="constraints"/> know where they are text there.</summary>
    public DatasetStatistics Build(DataConstraints? constraints = null)
    {
        foreach (var column in _columns.Values) column.AddMissing(_rows - column.Rows);
        var types = constraints?.Features.ToDictionary(f => f.Name, f => f.Type) ?? [];
        return new DatasetStatistics(_rows, [.. _order.Select(n => _columns[n].Build(types.TryGetValue(n, out var type) && type == FeatureType.String ? type : null))]);
    }
}
