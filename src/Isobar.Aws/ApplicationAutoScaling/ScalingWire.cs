using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.ApplicationAutoScaling;

internal sealed record RegisterScalableTargetRequest
{
    [Required] public string? ServiceNamespace { get; init; }
    [Required, Length(1, 1600)] public string? ResourceId { get; init; }
    [Required] public string? ScalableDimension { get; init; }
    public int? MinCapacity { get; init; }
    public int? MaxCapacity { get; init; }
    [Length(1, 1600)] public string? RoleARN { get; init; }
    public SuspendedState? SuspendedState { get; init; }
    public Dictionary<string, string>? Tags { get; init; }
}

internal sealed record RegisterScalableTargetResponse(string ScalableTargetARN);

internal sealed record SuspendedState
{
    public bool? DynamicScalingInSuspended { get; init; }
    public bool? DynamicScalingOutSuspended { get; init; }
    public bool? ScheduledScalingSuspended { get; init; }
}

internal sealed record ScalableTarget
{
    public required string ServiceNamespace { get; init; }
    public required string ResourceId { get; init; }
    public required string ScalableDimension { get; init; }
    public required int MinCapacity { get; init; }
    public required int MaxCapacity { get; init; }
    public required string RoleARN { get; init; }
    public required DateTimeOffset CreationTime { get; init; }
    public required SuspendedState SuspendedState { get; init; }
    public required string ScalableTargetARN { get; init; }
}

internal sealed record DescribeScalableTargetsRequest
{
    [Required] public string? ServiceNamespace { get; init; }
    public IReadOnlyList<string>? ResourceIds { get; init; }
    public string? ScalableDimension { get; init; }
    public int? MaxResults { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record DescribeScalableTargetsResponse(IReadOnlyList<ScalableTarget> ScalableTargets);

internal sealed record TargetRequest
{
    [Required] public string? ServiceNamespace { get; init; }
    [Required, Length(1, 1600)] public string? ResourceId { get; init; }
    [Required] public string? ScalableDimension { get; init; }
    public string? PolicyName { get; init; }
}

internal sealed record PutScalingPolicyRequest
{
    [Required, Length(1, 256)] public string? PolicyName { get; init; }
    [Required] public string? ServiceNamespace { get; init; }
    [Required, Length(1, 1600)] public string? ResourceId { get; init; }
    [Required] public string? ScalableDimension { get; init; }
    public string? PolicyType { get; init; }
    public StepScalingPolicyConfiguration? StepScalingPolicyConfiguration { get; init; }
    public TargetTrackingScalingPolicyConfiguration? TargetTrackingScalingPolicyConfiguration { get; init; }
}

internal sealed record StepScalingPolicyConfiguration
{
    [Required, OneOf("ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity")] public string? AdjustmentType { get; init; }
    [Required, Length(1)] public IReadOnlyList<StepAdjustment>? StepAdjustments { get; init; }
    public int? MinAdjustmentMagnitude { get; init; }
    [Range(0)] public int? Cooldown { get; init; }
    [OneOf("Average", "Minimum", "Maximum")] public string? MetricAggregationType { get; init; }
}

internal sealed record StepAdjustment
{
    public double? MetricIntervalLowerBound { get; init; }
    public double? MetricIntervalUpperBound { get; init; }
    [Required] public int? ScalingAdjustment { get; init; }
}

internal sealed record TargetTrackingScalingPolicyConfiguration
{
    [Required, Range(8.515920e-109)] public double? TargetValue { get; init; }
    public PredefinedMetricSpecification? PredefinedMetricSpecification { get; init; }
    public CustomizedMetricSpecification? CustomizedMetricSpecification { get; init; }
    [Range(0)] public int? ScaleOutCooldown { get; init; }
    [Range(0)] public int? ScaleInCooldown { get; init; }
    public bool? DisableScaleIn { get; init; }
}

internal sealed record PredefinedMetricSpecification
{
    [Required] public string? PredefinedMetricType { get; init; }
    public string? ResourceLabel { get; init; }
}

internal sealed record CustomizedMetricSpecification
{
    public string? MetricName { get; init; }
    public string? Namespace { get; init; }
    public IReadOnlyList<CloudWatch.Dimension>? Dimensions { get; init; }
    [OneOf("Average", "Minimum", "Maximum", "SampleCount", "Sum")] public string? Statistic { get; init; }
    public string? Unit { get; init; }
}

internal sealed record PutScalingPolicyResponse(string PolicyARN, IReadOnlyList<ScalingAlarm> Alarms);

internal sealed record ScalingAlarm(string AlarmName, string AlarmARN);

internal sealed record ScalingPolicy
{
    public required string PolicyARN { get; init; }
    public required string PolicyName { get; init; }
    public required string ServiceNamespace { get; init; }
    public required string ResourceId { get; init; }
    public required string ScalableDimension { get; init; }
    public required string PolicyType { get; init; }
    public StepScalingPolicyConfiguration? StepScalingPolicyConfiguration { get; init; }
    public TargetTrackingScalingPolicyConfiguration? TargetTrackingScalingPolicyConfiguration { get; init; }
    public IReadOnlyList<ScalingAlarm> Alarms { get; init; } = [];
    public required DateTimeOffset CreationTime { get; init; }
}

internal sealed record DescribeScalingPoliciesRequest
{
    [Required] public string? ServiceNamespace { get; init; }
    public IReadOnlyList<string>? PolicyNames { get; init; }
    public string? ResourceId { get; init; }
    public string? ScalableDimension { get; init; }
    public int? MaxResults { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record DescribeScalingPoliciesResponse(IReadOnlyList<ScalingPolicy> ScalingPolicies);

internal sealed record DescribeScalingActivitiesRequest
{
    [Required] public string? ServiceNamespace { get; init; }
    public string? ResourceId { get; init; }
    public string? ScalableDimension { get; init; }
    public int? MaxResults { get; init; }
    public string? NextToken { get; init; }
    public bool? IncludeNotScaledActivities { get; init; }
}

internal sealed record ScalingActivity
{
    public required string ActivityId { get; init; }
    public required string ServiceNamespace { get; init; }
    public required string ResourceId { get; init; }
    public required string ScalableDimension { get; init; }
    public required string Description { get; init; }
    public required string Cause { get; init; }
    public required DateTimeOffset StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public required string StatusCode { get; init; }
    public string? StatusMessage { get; init; }
}

internal sealed record DescribeScalingActivitiesResponse(IReadOnlyList<ScalingActivity> ScalingActivities);

internal sealed record Nothing;
