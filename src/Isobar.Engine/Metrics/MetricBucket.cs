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

    public DateTimeOffset Start => start;
    public bool Dirty { get; set; }

    public void Add(double value, long count = 1)
    {
        lock (_lock)
        {
            _count += count;
            _sum += value * count;
            _min = Math.Min(_min, value);
            _max = Math.Max(_max, value);
            var bin = Bin(value);
            _bins[bin] = _bins.GetValueOrDefault(bin) + count;
            Dirty = true;
        }
    }

    public MetricPoint ToPoint()
    {
        lock (_lock)
            return new MetricPoint(start, _count, _sum, _min, _max, [.. _bins.Select(b => (Middle(b.Key), b.Value)).OrderBy(b => b.Item1)], unit);
    }

    public static string Format(IReadOnlyList<(double Value, long Count)> sketch) =>
        string.Join(' ', sketch.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Value:R}:{s.Count}")));

    public static IReadOnlyList<(double, long)> Parse(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split(':'))
        .Select(p => (double.Parse(p[0], CultureInfo.InvariantCulture), long.Parse(p[1], CultureInfo.InvariantCulture)))];

    private static int Bin(double value) => Math.Abs(value) < 1e-9 ? 0 : Math.Sign(value) * (100_000 + (int)Math.Round(Math.Log(Math.Abs(value)) / LogGrowth));

    private static double Middle(int bin) => bin == 0 ? 0 : Math.Sign(bin) * Math.Exp((Math.Abs(bin) - 100_000) * LogGrowth);
}
