using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.CloudWatch;

internal sealed record PutMetricAlarmInput
{
    [Required, Length(1, 255)] public string? AlarmName { get; init; }
    [Length(0, 1024)] public string? AlarmDescription { get; init; }
    public bool? ActionsEnabled { get; init; }
    [Length(0, 5)] public IReadOnlyList<string>? OKActions { get; init; }
    [Length(0, 5)] public IReadOnlyList<string>? AlarmActions { get; init; }
    [Length(0, 5)] public IReadOnlyList<string>? InsufficientDataActions { get; init; }
    [Required, Length(1, 255)] public string? MetricName { get; init; }
    [Required, Length(1, 255)] public string? Namespace { get; init; }
    [OneOf("SampleCount", "Average", "Sum", "Minimum", "Maximum")] public string? Statistic { get; init; }
    public string? ExtendedStatistic { get; init; }
    [Length(0, 30)] public IReadOnlyList<Dimension>? Dimensions { get; init; }
    [Required, Range(1)] public int? Period { get; init; }
    public string? Unit { get; init; }
    [Required, Range(1)] public int? EvaluationPeriods { get; init; }
    [Range(1)] public int? DatapointsToAlarm { get; init; }
    [Required] public double? Threshold { get; init; }
    [Required, OneOf("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold")] public string? ComparisonOperator { get; init; }
    [OneOf("breaching", "notBreaching", "ignore", "missing")] public string? TreatMissingData { get; init; }
}

internal sealed record MetricAlarm
{
    public string? AlarmName { get; init; }
    public string? AlarmArn { get; init; }
    public string? AlarmDescription { get; init; }
    public DateTimeOffset? AlarmConfigurationUpdatedTimestamp { get; init; }
    public bool? ActionsEnabled { get; init; }
    public IReadOnlyList<string>? OKActions { get; init; }
    public IReadOnlyList<string>? AlarmActions { get; init; }
    public IReadOnlyList<string>? InsufficientDataActions { get; init; }
    public string? StateValue { get; init; }
    public string? StateReason { get; init; }
    public string? StateReasonData { get; init; }
    public DateTimeOffset? StateUpdatedTimestamp { get; init; }
    public string? MetricName { get; init; }
    public string? Namespace { get; init; }
    public string? Statistic { get; init; }
    public string? ExtendedStatistic { get; init; }
    public IReadOnlyList<Dimension>? Dimensions { get; init; }
    public int? Period { get; init; }
    public string? Unit { get; init; }
    public int? EvaluationPeriods { get; init; }
    public int? DatapointsToAlarm { get; init; }
    public double? Threshold { get; init; }
    public string? ComparisonOperator { get; init; }
    public string? TreatMissingData { get; init; }
}

internal sealed record DescribeAlarmsInput
{
    [Length(0, 100)] public IReadOnlyList<string>? AlarmNames { get; init; }
    [Length(1, 255)] public string? AlarmNamePrefix { get; init; }
    [OneOf("OK", "ALARM", "INSUFFICIENT_DATA")] public string? StateValue { get; init; }
    public string? ActionPrefix { get; init; }
    [Range(1, 100)] public int? MaxRecords { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record DescribeAlarmsOutput(IReadOnlyList<MetricAlarm> MetricAlarms, string? NextToken);

internal sealed record DeleteAlarmsInput
{
    [Required, Length(0, 100)] public IReadOnlyList<string>? AlarmNames { get; init; }
}

internal sealed record SetAlarmStateInput
{
    [Required, Length(1, 255)] public string? AlarmName { get; init; }
    [Required, OneOf("OK", "ALARM", "INSUFFICIENT_DATA")] public string? StateValue { get; init; }
    [Required, Length(0, 1023)] public string? StateReason { get; init; }
    [Length(0, 4000)] public string? StateReasonData { get; init; }
}
