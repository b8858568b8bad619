using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.CloudWatch;

internal sealed record Dimension
{
    [Required, Length(1, 255)] public string? Name { get; init; }
    [Required, Length(1, 1024)] public string? Value { get; init; }
}

internal sealed record DimensionFilter
{
    [Required, Length(1, 255)] public string? Name { get; init; }
    public string? Value { get; init; }
}

internal sealed record Metric
{
    [Length(1, 255)] public string? Namespace { get; init; }
    [Length(1, 255)] public string? MetricName { get; init; }
    [Length(0, 30)] public IReadOnlyList<Dimension>? Dimensions { get; init; }
}

internal sealed record MetricStat
{
    [Required] public Metric? Metric { get; init; }
    [Required, Range(1)] public int? Period { get; init; }
    [Required] public string? Stat { get; init; }
    public string? Unit { get; init; }
}

internal sealed record MetricDataQuery
{
    [Required, Length(1, 255)] public string? Id { get; init; }
    public MetricStat? MetricStat { get; init; }
    public string? Expression { get; init; }
    public string? Label { get; init; }
    public bool? ReturnData { get; init; }
    public int? Period { get; init; }
}

internal sealed record GetMetricDataInput
{
    [Required, Length(1, 500)] public IReadOnlyList<MetricDataQuery>? MetricDataQueries { get; init; }
    [Required] public DateTimeOffset? StartTime { get; init; }
    [Required] public DateTimeOffset? EndTime { get; init; }
    public string? NextToken { get; init; }
    [OneOf("TimestampDescending", "TimestampAscending")] public string? ScanBy { get; init; }
    public int? MaxDatapoints { get; init; }
}

internal sealed record MetricDataResult(string Id, string Label, IReadOnlyList<DateTimeOffset> Timestamps, IReadOnlyList<double> Values, string StatusCode);

internal sealed record GetMetricDataOutput(IReadOnlyList<MetricDataResult> MetricDataResults);

internal sealed record GetMetricStatisticsInput
{
    [Required, Length(1, 255)] public string? Namespace { get; init; }
    [Required, Length(1, 255)] public string? MetricName { get; init; }
    [Length(0, 30)] public IReadOnlyList<Dimension>? Dimensions { get; init; }
    [Required] public DateTimeOffset? StartTime { get; init; }
    [Required] public DateTimeOffset? EndTime { get; init; }
    [Required, Range(1)] public int? Period { get; init; }
    [Length(1, 5), OneOf("SampleCount", "Average", "Sum", "Minimum", "Maximum", On = On.Items)] public IReadOnlyList<string>? Statistics { get; init; }
    [Length(1, 10)] public IReadOnlyList<string>? ExtendedStatistics { get; init; }
    public string? Unit { get; init; }
}

internal sealed record Datapoint
{
    public DateTimeOffset? Timestamp { get; init; }
    public double? SampleCount { get; init; }
    public double? Average { get; init; }
    public double? Sum { get; init; }
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    public string? Unit { get; init; }
    public Dictionary<string, double>? ExtendedStatistics { get; init; }
}

internal sealed record GetMetricStatisticsOutput(string Label, IReadOnlyList<Datapoint> Datapoints);

internal sealed record ListMetricsInput
{
    [Length(1, 255)] public string? Namespace { get; init; }
    [Length(1, 255)] public string? MetricName { get; init; }
    [Length(0, 30)] public IReadOnlyList<DimensionFilter>? Dimensions { get; init; }
    public string? NextToken { get; init; }
    public string? RecentlyActive { get; init; }
}

internal sealed record ListMetricsOutput(IReadOnlyList<Metric> Metrics, string? NextToken);

internal sealed record StatisticSet
{
    [Required] public double? SampleCount { get; init; }
    [Required] public double? Sum { get; init; }
    [Required] public double? Minimum { get; init; }
    [Required] public double? Maximum { get; init; }
}

internal sealed record MetricDatum
{
    [Required, Length(1, 255)] public string? MetricName { get; init; }
    [Length(0, 30)] public IReadOnlyList<Dimension>? Dimensions { get; init; }
    public DateTimeOffset? Timestamp { get; init; }
    public double? Value { get; init; }
    public StatisticSet? StatisticValues { get; init; }
    public IReadOnlyList<double>? Values { get; init; }
    public IReadOnlyList<double>? Counts { get; init; }
    public string? Unit { get; init; }
    public int? StorageResolution { get; init; }
}

internal sealed record PutMetricDataInput
{
    [Required, Length(1, 255), Pattern(@"[^:].*")] public string? Namespace { get; init; }
    [Length(0, 1000)] public IReadOnlyList<MetricDatum>? MetricData { get; init; }
}
