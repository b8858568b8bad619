namespace Isobar.Engine.Algorithms;

/// <summary>Encoded rows, ready for a trainer: row-major floats, NaN where a value is missing.</summary>
/// <param name="Labels">The label of each row (the class's number for classification), or null where there is none.</param>
/// <param name="Weights">The weight of each row, or null for all alike.</param>
internal sealed record Matrix(float[] Values, int Rows, int Columns, float[]? Labels, float[]? Weights)
{
    /// <summary>The sizes of the groups that the rows stand in one after the other, where ranking compares only within a group; one group of all rows unless told.</summary>
    public IReadOnlyList<int> GroupSizes { get; init; } = Rows > 0 ? [Rows] : [];

    public ReadOnlySpan<float> Row(int r) => Values.AsSpan(r * Columns, Columns);

    /// <summary>Some rows, in the given order.</summary>
    public Matrix Pick(IReadOnlyList<int> rows)
    {
        var values = new float[rows.Count * Columns];
        for (var i = 0; i < rows.Count; i++) Row(rows[i]).CopyTo(values.AsSpan(i * Columns));
        return new Matrix(values, rows.Count, Columns, Labels is { } l ? [.. rows.Select(r => l[r])] : null, Weights is { } w ? [.. rows.Select(r => w[r])] : null);
    }
}
