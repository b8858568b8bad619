using System.Buffers;

namespace Isobar.Aws.SageMakerRuntime.Codecs;

/// <summary>A pooled list of numbers for requests whose rows are not known beforehand.</summary>
internal sealed class FloatBuffer : IDisposable
{
    private float[] _values = ArrayPool<float>.Shared.Rent(256);

    public int Count { get; private set; }
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    public void Add(float value)
    {
        if (Count == _values.Length) Grow(Count * 2);
        _values[Count++] = value;
    }

    /// <summary>Adds so many of one value and gives them to be overwritten.</summary>
    public Span<float> Add(int count, float value)
    {
        if (Count + count > _values.Length) Grow(Math.Max(Count + count, Count * 2));
        var added = _values.AsSpan(Count, count);
        added.Fill(value);
        Count += count;
        return added;
    }

    public void Truncate(int count) => Count = count;

    public void Dispose() => ArrayPool<float>.Shared.Return(_values);

    private void Grow(int size)
    {
        var larger = ArrayPool<float>.Shared.Rent(size);
        Values.CopyTo(larger);
        ArrayPool<float>.Shared.Return(_values);
        _values = larger;
    }
}
