namespace Isobar.Engine.Algorithms.Data;

/// <summary>A column of a table: numbers (NaN where missing) or texts (null where missing).</summary>
public sealed record DataColumn(string Name, float[]? Numbers, string?[]? Texts)
{
    /// <summary>Whether it holds numbers.</summary>
    public bool IsNumeric => Numbers is not null;
    /// <summary>A cell as text, or null where missing.</summary>
    public string? TextAt(int row) => Texts is not null ? Texts[row]
        : float.IsNaN(Numbers![row]) ? null
        : Numbers[row].ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Rows in columns, in memory.</summary>
public sealed record DataTable(IReadOnlyList<DataColumn> Columns, int Rows)
{
    /// <summary>The sizes of the groups that the rows stand in one after the other (libsvm's <c>qid</c>); null where the data tells of none.</summary>
    public IReadOnlyList<int>? GroupSizes { get; init; }

    /// <summary>Finds a column by name or by number from 0; -1 when there is none.</summary>
    public int Find(string nameOrNumber)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name == nameOrNumber) return i;
        return int.TryParse(nameOrNumber, out var number) && number >= 0 && number < Columns.Count ? number : -1;
    }

    /// <summary>The first rows.</summary>
    public DataTable Head(int rows) => rows >= Rows ? this : new DataTable([.. Columns.Select(c => new DataColumn(c.Name, c.Numbers?[..rows], c.Texts?[..rows]))], rows);

    /// <summary>Some rows, in the given order.</summary>
    public DataTable Pick(IReadOnlyList<int> rows) => new(
        [.. Columns.Select(c => new DataColumn(c.Name, c.Numbers is { } n ? [.. rows.Select(r => n[r])] : null, c.Texts is { } t ? [.. rows.Select(r => t[r])] : null))], rows.Count);

    /// <summary>These rows and then those of a table with columns of the same names; a column that holds texts in either becomes texts.</summary>
    public DataTable Append(DataTable more)
    {
        var columns = new List<DataColumn>();
        foreach (var column in Columns)
        {
            var other = more.Find(column.Name) is var at and >= 0 ? more.Columns[at] : new DataColumn(column.Name, [.. Enumerable.Repeat(float.NaN, more.Rows)], null);
            columns.Add(column.Numbers is { } first && other.Numbers is { } second
                ? new DataColumn(column.Name, [.. first, .. second], null)
                : new DataColumn(column.Name, null, [.. Enumerable.Range(0, Rows).Select(column.TextAt), .. Enumerable.Range(0, more.Rows).Select(other.TextAt)]));
        }
        return new DataTable(columns, Rows + more.Rows);
    }
}
