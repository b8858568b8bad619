using Isobar.Aws.Protocols;
using Isobar.Engine.Metrics;

namespace Isobar.Aws.CloudWatch;

/// <summary>Reads and writes metrics.</summary>
internal sealed class MetricQueries(IMetricStore metrics)
{
    private const string Realm = "aws";
    private const int PageSize = 500;

    public static MetricId IdOf(string ns, string name, IReadOnlyList<Dimension>? dimensions) =>
        MetricId.Of(Realm, ns, name, (dimensions ?? []).Select(d => KeyValuePair.Create(d.Name!, d.Value!)));

    public async Task<AwsResult<GetMetricDataOutput>> DataAsync(GetMetricDataInput input, AwsCaller caller, CancellationToken ct)
    {
        var results = new List<MetricDataResult>();
        foreach (var query in input.MetricDataQueries!)
        {
            if (query.MetricStat is not { Metric: { } metric } stat) return Fault($"The query {query.Id} holds no MetricStat; metric math is not supported here.");
            if (!Statistics.IsKnown(stat.Stat!)) return Fault($"The value {stat.Stat} for parameter Stat is not supported.");
            if (query.ReturnData == false) continue;
            if (metric is not { Namespace: { } ns, MetricName: { } name }) return Fault("The parameters Namespace and MetricName are required.");
            var period = TimeSpan.FromSeconds(stat.Period!.Value);
            var slots = await SlotsAsync(IdOf(ns, name, metric.Dimensions), input.StartTime!.Value, input.EndTime!.Value, period, ct);
            if (input.ScanBy != "TimestampAscending") slots = [.. slots.Reverse()];
            results.Add(new MetricDataResult(query.Id!, query.Label ?? name, [.. slots.Select(s => s.Start)], [.. slots.Select(s => Statistics.Of(s, stat.Stat!))], "Complete"));
        }
        return new GetMetricDataOutput(results);
    }

    public async Task<AwsResult<GetMetricStatisticsOutput>> StatisticsAsync(GetMetricStatisticsInput input, AwsCaller caller, CancellationToken ct)
    {
        if (input.Statistics is null && input.ExtendedStatistics is null) return new AwsError("MissingParameter", "Must specify either Statistics or ExtendedStatistics");
        if (input.StartTime >= input.EndTime) return Fault("The parameter StartTime must be less than the parameter EndTime.");
        if (input.ExtendedStatistics?.FirstOrDefault(s => !Statistics.IsKnown(s)) is { } unknown) return Fault($"The value {unknown} for parameter ExtendedStatistics is not supported.");
        var slots = await SlotsAsync(IdOf(input.Namespace!, input.MetricName!, input.Dimensions), input.StartTime!.Value, input.EndTime!.Value, TimeSpan.FromSeconds(input.Period!.Value), ct);
        return new GetMetricStatisticsOutput(input.MetricName!, [.. slots.Select(s => new Datapoint
        {
            Timestamp = s.Start, Unit = s.Points[0].Unit,
            SampleCount = Of(s, "SampleCount"), Average = Of(s, "Average"), Sum = Of(s, "Sum"), Minimum = Of(s, "Minimum"), Maximum = Of(s, "Maximum"),
            ExtendedStatistics = input.ExtendedStatistics?.ToDictionary(e => e, e => Statistics.Of(s, e)),
        })]);

        double? Of(Statistics.Slot slot, string name) => input.Statistics?.Contains(name) == true ? Statistics.Of(slot, name) : null;
    }

    public async Task<AwsResult<ListMetricsOutput>> ListAsync(ListMetricsInput input, AwsCaller caller, CancellationToken ct)
    {
        var skip = int.TryParse(input.NextToken, out var at) ? at : 0;
        var found = (await metrics.ListAsync(Realm, input.Namespace, input.MetricName, ct))
            .Select(m => (Metric: m, Dimensions: m.Parse()))
            .Where(m => (input.Dimensions ?? []).All(f => m.Dimensions.TryGetValue(f.Name!, out var value) && (f.Value is null || f.Value == value)))
            .Skip(skip).Take(PageSize + 1)
            .Select(m => new Metric { Namespace = m.Metric.Namespace, MetricName = m.Metric.Name, Dimensions = [.. m.Dimensions.Select(d => new Dimension { Name = d.Key, Value = d.Value })] }).ToList();
        return new ListMetricsOutput([.. found.Take(PageSize)], found.Count > PageSize ? (skip + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    public Task<AwsResult<NoReply>> PutAsync(PutMetricDataInput input, AwsCaller caller, CancellationToken ct) => Task.FromResult(Put(input));

    private AwsResult<NoReply> Put(PutMetricDataInput input)
    {
        foreach (var datum in input.MetricData ?? [])
        {
            if (datum.Counts is { } c && c.Count != datum.Values?.Count) return Fault("The parameters MetricData.member.N.Values and Counts must be of one size.");
            if (datum is { Value: null, Values: null, StatisticValues: null }) return new AwsError("MissingParameter", "At least one of the parameters must be specified: Value, Values, StatisticValues.");
        }
        foreach (var datum in input.MetricData ?? []) Record(IdOf(input.Namespace!, datum.MetricName!, datum.Dimensions), datum);
        return NoReply.Value;
    }

    private void Record(MetricId id, MetricDatum datum)
    {
        var unit = datum.Unit ?? "None";
        if (datum.Value is { } value) metrics.Record(id, value, unit, datum.Timestamp);
        if (datum.Values is { } values) metrics.Record(id, [.. values.Select((v, i) => (v, Math.Max(1, (long)(datum.Counts?[i] ?? 1))))], unit, datum.Timestamp);
        // A summary is kept as values that give back its count, sum and bounds as nearly as a histogram can.
        if (datum.StatisticValues is { SampleCount: >= 1 } set) metrics.Record(id, Unfold(set), unit, datum.Timestamp);
    }

    private static IReadOnlyList<(double, long)> Unfold(StatisticSet set)
    {
        var count = (long)set.SampleCount!.Value;
        if (count == 1) return [(set.Sum!.Value, 1)];
        if (count == 2) return [(set.Minimum!.Value, 1), (set.Sum!.Value - set.Minimum.Value, 1)];
        return [(set.Minimum!.Value, 1), (set.Maximum!.Value, 1), ((set.Sum!.Value - set.Minimum.Value - set.Maximum.Value) / (count - 2), count - 2)];
    }

    private async Task<IReadOnlyList<Statistics.Slot>> SlotsAsync(MetricId id, DateTimeOffset from, DateTimeOffset to, TimeSpan period, CancellationToken ct)
    {
        var start = new DateTimeOffset(from.UtcTicks - from.UtcTicks % period.Ticks, TimeSpan.Zero);
        return Statistics.Slots(await metrics.ReadAsync(id, start, to, ct), period);
    }

    private static AwsError Fault(string message) => new("InvalidParameterValue", message);
}
