using System.Globalization;

namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>Turns the cells of a column, one after the other, into statistics.</summary>
public sealed class Profiler(string name)
{
    /// <summary>Different values that are counted one by one; beyond that a column is no category.</summary>
    public const int MaxDistinct = 100_000;

    private readonly QuantileSketch _sketch = new();
    private readonly Dictionary<string, long> _values = new(StringComparer.Ordinal);
    private long _present, _missing, _integral, _fractional;
    private double _mean, _squares, _sum, _min = double.PositiveInfinity, _max = double.NegativeInfinity;

    /// <summary>Cells seen.</summary>
    public long Rows => _present + _missing;

    /// <summary>Takes a cell; null or empty: missing.</summary>
    public void Add(string? cell)
    {
        cell = cell?.Trim();
        if (string.IsNullOrEmpty(cell) || cell is "NaN" or "nan" or "null" or "NULL" or "NA")
        {
            _missing++;
            return;
        }
        _present++;
        ref var count = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(_values, cell);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref count)) count++;
        else if (_values.Count < MaxDistinct) _values[cell] = 1;
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)) AddNumber(number, cell);
    }

    /// <summary>Takes cells without a value.</summary>
    public void AddMissing(long count) => _missing += count;

    /// <summary>The statistics so far. <paramref name="type"/> overrides the inferred type: a column that the baseline knows as text stays text although all values of an hour look like numbers.</summary>
    public FeatureStatistics Build(FeatureType? type = null)
    {
        var settled = type is FeatureType.String || _present == 0 ? type ?? FeatureType.Unknown : Infer();
        return new FeatureStatistics
        {
            Name = name, Type = settled, Present = _present, Missing = _missing,
            IntegralCount = _integral, FractionalCount = _fractional, Distinct = _values.Count,
            Numbers = settled is FeatureType.Integral or FeatureType.Fractional
                ? new NumberStatistics(_mean, _sum, Math.Sqrt(_squares / Math.Max(1, _integral + _fractional)), _min, _max, _sketch) : null,
            Categories = settled == FeatureType.String ? [.. _values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, v.Value))] : null,
        };
    }

    private FeatureType Infer() =>
        _integral + _fractional < _present ? FeatureType.String : _fractional > 0 ? FeatureType.Fractional : FeatureType.Integral;

    private void AddNumber(double number, string cell)
    {
        if (cell.AsSpan().IndexOfAny('.', 'e', 'E') < 0) _integral++;
        else _fractional++;
        _sum += number;
        // Welford's recurrence: no cancellation where the mean is large beside the spread.
        var delta = number - _mean;
        _mean += delta / (_integral + _fractional);
        _squares += delta * (number - _mean);
        _min = Math.Min(_min, number);
        _max = Math.Max(_max, number);
        _sketch.Add(number);
    }
}
