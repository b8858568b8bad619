namespace Isobar.Engine.Algorithms;

/// <summary>Encoded rows, ready for a trainer: row-major floats, NaN where a value is missing.</summary>
/// <param name="Labels">The label of each row (the class's number for classification), or null where there is none.</param>
/// <param name="Weights">The weight of each row, or null for all alike.</param>
internal sealed record Matrix(float[] Values, int Rows, int Columns, float[]? Labels, float[]? Weights)
{
    public ReadOnlySpan<float> Row(int r) => Values.AsSpan(r * Columns, Columns);
}
