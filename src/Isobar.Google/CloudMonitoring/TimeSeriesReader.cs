using Google.Api;
using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.Metrics;
using Isobar.Google.CloudMonitoring.V3;
using Isobar.Google.VertexAi.Resources;
using Aligner = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Aligner;
using Kind = Google.Api.MetricDescriptor.Types.MetricKind;
using Reducer = Isobar.Google.CloudMonitoring.V3.Aggregation.Types.Reducer;
using ValueType = Google.Api.MetricDescriptor.Types.ValueType;

namespace Isobar.Google.CloudMonitoring;

/// <summary>Reads time series out of the engine's metrics.</summary>
internal sealed class TimeSeriesReader(IMetricStore metrics, Descriptors descriptors)
{
    // Vertex AI's metrics are sampled once a minute.
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromMinutes(1);

    // 1. Find the series that the filter names. 2. Read their samples. 3. Align each. 4. Reduce those that one group holds to one. 5. Show.
    public async Task<IReadOnlyList<TimeSeries>> ReadAsync(string project, ListTimeSeriesRequest request, CancellationToken ct)
    {
        // 1.
        var (from, to) = Interval(request);
        var wanted = ListFilter.Parse(request.Filter);
        var found = (await metrics.ListAsync(SeriesName.Realm, null, null, ct).ConfigureAwait(false)).Select(SeriesName.Of).OfType<SeriesName>().Where(s => s.Project == project && wanted(s.Field)).ToList();
        var shown = new List<TimeSeries>();
        foreach (var type in found.GroupBy(s => s.MetricType).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            if (await descriptors.FindAsync(project, type.Key, ct).ConfigureAwait(false) is not { } descriptor) continue;
            // A cumulative series is one through its resets.
            var series = type.GroupBy(s => (s with { Start = null }).Id).ToList();
            var read = new List<(SeriesName Name, IReadOnlyList<Cell> Cells, Kind Kind, ValueType Type)>();
            foreach (var one in series) read.Add(await AlignedAsync([.. one], descriptor, request, from, to, ct).ConfigureAwait(false));
            shown.AddRange(Reduced(read.Where(r => r.Cells.Count > 0), request.Aggregation).Select(r => Shown(r.Name, r.Cells, r.Kind, r.Type, descriptor.Unit, request.View == ListTimeSeriesRequest.Types.TimeSeriesView.Headers)));
        }
        return shown;
    }

    private async Task<(SeriesName Name, IReadOnlyList<Cell> Cells, Kind Kind, ValueType Type)> AlignedAsync(IReadOnlyList<SeriesName> parts, MetricDescriptor descriptor, ListTimeSeriesRequest request, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var name = parts[0] with { Start = null };
        var (kind, type, aligner) = (descriptor.MetricKind, descriptor.ValueType, request.Aggregation?.PerSeriesAligner ?? Aligner.AlignNone);
        // 2.
        var samples = new List<(Sample Sample, DateTimeOffset? Start)>();
        foreach (var part in parts)
            samples.AddRange((await metrics.ReadAsync(part.Id, from, to, ct).ConfigureAwait(false)).Select(p => (Sample.Of(p, metrics.Resolution), part.Start)));
        samples.Sort((a, b) => a.Sample.Start.CompareTo(b.Sample.Start));
        if (aligner == Aligner.AlignNone) return (name, kind == Kind.Delta ? Minutes([.. samples.Select(s => s.Sample)], type) : [.. samples.Select(s => Plain(s.Sample, s.Start, type))], kind, type);

        // 3.
        var period = request.Aggregation!.AlignmentPeriod?.ToTimeSpan() ?? TimeSpan.Zero;
        if (period < Aligning.MinPeriod) throw Faults.Invalid("aggregation.alignment_period", period.ToString(), "at least 60 s");
        var (resultKind, resultType) = Aligning.Result(aligner, kind, type);
        return (name, Aligning.Align([.. samples.Select(s => s.Sample)], aligner, kind, type, from, to, period), resultKind, resultType);
    }

    // 4.
    private static IEnumerable<(SeriesName Name, IReadOnlyList<Cell> Cells, Kind Kind, ValueType Type)> Reduced(IEnumerable<(SeriesName Name, IReadOnlyList<Cell> Cells, Kind Kind, ValueType Type)> read, Aggregation? aggregation)
    {
        var reducer = aggregation?.CrossSeriesReducer ?? Reducer.ReduceNone;
        if (reducer == Reducer.ReduceNone) return read;
        if (aggregation!.PerSeriesAligner == Aligner.AlignNone) throw Faults.Invalid("aggregation.per_series_aligner", "ALIGN_NONE", "series must be aligned before they are reduced");
        return read.GroupBy(r => string.Join('\n', aggregation.GroupByFields.Select(f => r.Name.Field(f) ?? ""))).Select(g =>
        {
            var first = g.First();
            return (Kept(first.Name, aggregation.GroupByFields), Aligning.Reduce([.. g.Select(r => r.Cells)], reducer), first.Kind, Aligning.Result(reducer, first.Type));
        });
    }

    /// <summary>What is left of a name in a group: the labels that it is grouped by.</summary>
    private static SeriesName Kept(SeriesName name, IEnumerable<string> fields)
    {
        var kept = fields.ToList();
        return name with
        {
            MetricLabels = name.MetricLabels.Where(l => kept.Any(f => SeriesName.Label(f, "metric.label") == l.Key)).ToDictionary(),
            ResourceLabels = name.ResourceLabels.Where(l => l.Key is "project_id" or "resource_container" || kept.Any(f => SeriesName.Label(f, "resource.label") == l.Key)).ToDictionary(),
        };
    }

    private static List<Cell> Minutes(IReadOnlyList<Sample> samples, ValueType type) =>
    [
        .. samples.GroupBy(s => new DateTimeOffset(s.Start.UtcTicks - s.Start.UtcTicks % SamplePeriod.Ticks, TimeSpan.Zero)).Select(g =>
            Sample.Merge([.. g]) is var merged && type == ValueType.Distribution ? new Cell(g.Key, g.Key + SamplePeriod, 0, merged) : new Cell(g.Key, g.Key + SamplePeriod, merged.Sum)),
    ];

    /// <summary>A value as it was written: of a cumulative metric the newest, of a gauge that of its moment.</summary>
    private static Cell Plain(Sample sample, DateTimeOffset? start, ValueType type) =>
        new(start ?? sample.Start, sample.Start, start is null ? sample.Mean : sample.Max, type == ValueType.Distribution ? sample : null);

    // 5.
    private static TimeSeries Shown(SeriesName name, IReadOnlyList<Cell> cells, Kind kind, ValueType type, string unit, bool headers)
    {
        var series = new TimeSeries { Metric = new Metric { Type = name.MetricType }, Resource = new MonitoredResource { Type = name.ResourceType }, MetricKind = kind, ValueType = type, Unit = headers ? "" : unit };
        series.Metric.Labels.Add(name.MetricLabels.ToDictionary());
        series.Resource.Labels.Add(name.ResourceLabels.ToDictionary());
        // The newest first.
        if (!headers) series.Points.Add(cells.OrderByDescending(c => c.End).Select(c => new Point { Interval = new TimeInterval { StartTime = (kind == Kind.Gauge ? c.End : c.Start).ToTimestamp(), EndTime = c.End.ToTimestamp() }, Value = Value(c, type) }));
        return series;
    }

    private static TypedValue Value(Cell cell, ValueType type) => type switch
    {
        ValueType.Distribution when cell.Distribution is { } distribution => new TypedValue { DistributionValue = distribution.ToDistribution() },
        ValueType.Int64 => new TypedValue { Int64Value = (long)Math.Round(cell.Number) },
        ValueType.Bool => new TypedValue { BoolValue = cell.Number >= 0.5 },
        _ => new TypedValue { DoubleValue = cell.Number },
    };

    private static (DateTimeOffset From, DateTimeOffset To) Interval(ListTimeSeriesRequest request)
    {
        if (request.Filter.Length == 0) throw Faults.Required("filter");
        if (request.Interval?.EndTime is null) throw Faults.Required("interval.end_time");
        if (request.SecondaryAggregation is { CrossSeriesReducer: not Reducer.ReduceNone } or { PerSeriesAligner: not Aligner.AlignNone }) throw Faults.Unimplemented("secondary_aggregation is not supported here.");
        var to = request.Interval.EndTime.ToDateTimeOffset();
        var from = request.Interval.StartTime?.ToDateTimeOffset() ?? to;
        if (from > to) throw Faults.Invalid("interval.start_time", from.ToString("O"), "not after interval.end_time");
        return (from, to.AddTicks(1));
    }
}
