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
    /// <summary>Finds a column by name or by number from 0; -1 when there is none.</summary>
    public int Find(string nameOrNumber)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i].Name == nameOrNumber) return i;
        return int.TryParse(nameOrNumber, out var number) && number >= 0 && number < Columns.Count ? number : -1;
    }

    /// <summary>The first rows.</summary>
    public DataTable Head(int rows) => rows >= Rows ? this : new DataTable([.. Columns.Select(c => new DataColumn(c.Name, c.Numbers?[..rows], c.Texts?[..rows]))], rows);
}
