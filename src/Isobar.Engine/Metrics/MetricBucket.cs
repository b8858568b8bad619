using System.Globalization;

namespace Isobar.Engine.Metrics;

/// <summary>What was measured in one stretch of time. The sketch is a histogram whose bins grow by 2%: any percentile is within 2% of the truth (after DDSketch, Masson et al., VLDB 2019).</summary>
internal sealed class MetricBucket(DateTimeOffset start, string unit)
{
    private const double Growth = 1.02;
    private static readonly double LogGrowth = Math.Log(Growth);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, long> _bins = [];
    private long _count;
    private double _sum, _min = double.PositiveInfinity, _max = double.NegativeInfinity;

    private long _changes, _flushed;
    private bool _retired;

    public DateTimeOffset Start => start;

    /// <summary>Whether it holds what an earlier process, or an earlier bucket of the same time, had written. Only the database's writer asks and sets it.</summary>
    public bool HoldsStored { get; private set; }

    /// <summary>Whether something was added since the last flush that reached the disk.</summary>
    public bool IsDirty
    {
        get { lock (_lock) return _changes != _flushed; }
    }

    /// <summary>Adds a value; false when the bucket was let go and another must be made.</summary>
    public bool TryAdd(double value, long count)
    {
        lock (_lock)
        {
            if (_retired) return false;
            Add(count, value * count, value, value);
            AddToBin(value, count);
            _changes++;
            return true;
        }
    }

    /// <summary>Adds what is on disk for the same time, or notes that there is nothing.</summary>
    public void AddStored(MetricPoint? stored)
    {
        lock (_lock)
        {
            HoldsStored = true;
            if (stored is null) return;
            Add(stored.Count, stored.Sum, stored.Min, stored.Max);
            foreach (var (value, count) in stored.Sketch) AddToBin(value, count);
        }
    }

    /// <summary>The point to be written, and the mark for <see cref="Flushed"/> once it is on disk.</summary>
    public (MetricPoint Point, long Mark) Take()
    {
        lock (_lock)
            return (new MetricPoint(start, _count, _sum, _min, _max, [.. _bins.Select(b => (Middle(b.Key), b.Value)).OrderBy(b => b.Item1)], unit), _changes);
    }

    /// <summary>All up to the mark is on disk.</summary>
    public void Flushed(long mark)
    {
        lock (_lock) _flushed = Math.Max(_flushed, mark);
    }

    /// <summary>Lets the bucket go, unless something was added that is not on disk.</summary>
    public bool TryRetire()
    {
        lock (_lock) return _retired = _changes == _flushed;
    }

    private void Add(long count, double sum, double min, double max)
    {
        _count += count;
        _sum += sum;
        _min = Math.Min(_min, min);
        _max = Math.Max(_max, max);
    }

    private void AddToBin(double value, long count)
    {
        var bin = Bin(value);
        _bins[bin] = _bins.GetValueOrDefault(bin) + count;
    }

    public static string Format(IReadOnlyList<(double Value, long Count)> sketch) =>
        string.Join(' ', sketch.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Value:R}:{s.Count}")));

    public static IReadOnlyList<(double, long)> Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':'))
        .Select(p => (double.Parse(p[0], CultureInfo.InvariantCulture), long.Parse(p[1], CultureInfo.InvariantCulture)))];

    private static int Bin(double value) => Math.Abs(value) < 1e-9 ? 0 : Math.Sign(value) * (100_000 + (int)Math.Round(Math.Log(Math.Abs(value)) / LogGrowth));

    private static double Middle(int bin) => bin == 0 ? 0 : Math.Sign(bin) * Math.Exp((Math.Abs(bin) - 100_000) * LogGrowth);
}
