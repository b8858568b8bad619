using Isobar.Google.CloudMonitoring.V3;
using Isobar.Google.VertexAi.Resources;
using Aligner = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Aligner;
using Kind = Google.Api.MetricDescriptor.Types.MetricKind;
using Reducer = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Reducer;
using ValueType = Google.Api.MetricDescriptor.Types.ValueType;

namespace Isobar.Google.CloudMonitoring;

/// <summary>A value of an aligned series: a number, or a distribution.</summary>
internal readonly record struct Cell(DateTimeOffset Start, DateTimeOffset End, double Number, Sample? Distribution = null);

/// <summary>Lines samples of one series up in periods that end at the interval's end, and reduces several series to one.</summary>
internal static class Aligning
{
    public static readonly TimeSpan MinPeriod = TimeSpan.FromMinutes(1);

    /// <summary>The kind and the type that an aligner gives.</summary>
    public static (Kind Kind, ValueType Type) Result(Aligner aligner, Kind kind, ValueType type) => aligner switch
    {
        Aligner.AlignNone => (kind, type),
        Aligner.AlignDelta => (Kind.Delta, type),
        Aligner.AlignSum or Aligner.AlignNextOlder or Aligner.AlignMin or Aligner.AlignMax => (aligner == Aligner.AlignSum && kind != Kind.Gauge ? Kind.Delta : Kind.Gauge, type == ValueType.Bool ? ValueType.Int64 : type),
        Aligner.AlignCount => (Kind.Gauge, ValueType.Int64),
        _ => (Kind.Gauge, ValueType.Double),
    };

    public static IReadOnlyList<Cell> Align(IReadOnlyList<Sample> samples, Aligner aligner, Kind kind, ValueType type, DateTimeOffset from, DateTimeOffset to, TimeSpan period)
    {
        var cells = new List<Cell>();
        Sample? before = null;
        // Periods are counted from the end of the interval backwards.
        for (var start = to - period * Math.Ceiling((to - from) / period); start < to; start += period)
        {
            var within = samples.Where(s => s.Start >= start && s.Start < start + period).ToList();
            if (within.Count == 0) continue;
            var merged = Sample.Merge(within);
            if (One(aligner, kind, type, within, merged, before, period) is { } cell) cells.Add(cell with { Start = start, End = start + period });
            before = within[^1];
        }
        return cells;
    }

    private static Cell? One(Aligner aligner, Kind kind, ValueType type, List<Sample> within, Sample merged, Sample? before, TimeSpan period)
    {
        Cell Of(double number) => new(default, default, number);
        // A cumulative series tells by how much it has grown since its last value, and a first value nothing.
        double? grown = kind == Kind.Cumulative ? before is null && within.Count == 1 ? null : within[^1].Max - (before?.Max ?? within[0].Max) : kind == Kind.Delta ? merged.Sum : null;
        switch (aligner)
        {
            case Aligner.AlignDelta when type == ValueType.Distribution:
            case Aligner.AlignSum when type == ValueType.Distribution:
                return new Cell(default, default, 0, merged);
            case Aligner.AlignDelta or Aligner.AlignRate:
                if (kind == Kind.Gauge) throw Faults.Invalid("aggregation.per_series_aligner", aligner.ToString(), "a gauge has no delta and no rate");
                return grown is { } delta ? Of(aligner == Aligner.AlignRate ? delta / period.TotalSeconds : delta) : null;
            case Aligner.AlignSum:
                return kind == Kind.Cumulative ? throw Faults.Invalid("aggregation.per_series_aligner", aligner.ToString(), "values of a cumulative metric are not added up; ALIGN_DELTA is meant for it") : Of(merged.Sum);
            case Aligner.AlignMean:
                return Of(merged.Mean);
            case Aligner.AlignMin:
                return Of(merged.Min);
            case Aligner.AlignMax:
                return Of(merged.Max);
            case Aligner.AlignCount:
                return Of(type == ValueType.Distribution || kind == Kind.Gauge ? merged.Count : within.Count);
            case Aligner.AlignStddev:
                return Of(merged.StdDev);
            case Aligner.AlignNextOlder:
                return Of(within[^1].Mean);
            case Aligner.AlignPercentile99:
                return Of(merged.Percentile(0.99));
            case Aligner.AlignPercentile95:
                return Of(merged.Percentile(0.95));
            case Aligner.AlignPercentile50:
                return Of(merged.Percentile(0.5));
            case Aligner.AlignPercentile05:
                return Of(merged.Percentile(0.05));
            default:
                throw Faults.Unimplemented($"aggregation.per_series_aligner {aligner} is not supported here.");
        }
    }

    public static IReadOnlyList<Cell> Reduce(IReadOnlyList<IReadOnlyList<Cell>> series, Reducer reducer) =>
        [.. series.SelectMany(s => s).GroupBy(c => (c.Start, c.End)).OrderBy(g => g.Key.Start).Select(g => One([.. g], reducer) with { Start = g.Key.Start, End = g.Key.End })];

    public static ValueType Result(Reducer reducer, ValueType type) => reducer switch
    {
        Reducer.ReduceCount => ValueType.Int64,
        Reducer.ReduceSum or Reducer.ReduceMin or Reducer.ReduceMax => type,
        _ => ValueType.Double,
    };

    private static Cell One(IReadOnlyList<Cell> cells, Reducer reducer)
    {
        var numbers = cells.Select(c => c.Number).Order().ToList();
        var merged = cells[0].Distribution is null ? null : Sample.Merge([.. cells.Select(c => c.Distribution!)]);
        double Rank(double share) => merged?.Percentile(share) ?? numbers[Math.Clamp((int)Math.Ceiling(share * numbers.Count) - 1, 0, numbers.Count - 1)];
        var mean = numbers.Average();
        return reducer switch
        {
            Reducer.ReduceSum => new Cell(default, default, numbers.Sum(), merged),
            Reducer.ReduceMean => new Cell(default, default, merged?.Mean ?? mean),
            Reducer.ReduceMin => new Cell(default, default, merged?.Min ?? numbers[0]),
            Reducer.ReduceMax => new Cell(default, default, merged?.Max ?? numbers[^1]),
            Reducer.ReduceCount => new Cell(default, default, numbers.Count),
            Reducer.ReduceStddev => new Cell(default, default, merged?.StdDev ?? Math.Sqrt(numbers.Average(n => (n - mean) * (n - mean)))),
            Reducer.ReducePercentile99 => new Cell(default, default, Rank(0.99)),
            Reducer.ReducePercentile95 => new Cell(default, default, Rank(0.95)),
            Reducer.ReducePercentile50 => new Cell(default, default, Rank(0.5)),
            Reducer.ReducePercentile05 => new Cell(default, default, Rank(0.05)),
            _ => throw Faults.Unimplemented($"aggregation.cross_series_reducer {reducer} is not supported here."),
        };
    }
}
