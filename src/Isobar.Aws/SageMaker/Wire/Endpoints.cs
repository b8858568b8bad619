// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record Alarm
{
    [Length(1, 255), Pattern(@"(?!\s*$).+")] public string? AlarmName { get; init; }
}

internal sealed record AutoRollbackConfig
{
    [Length(1, 10)] public IReadOnlyList<Alarm>? Alarms { get; init; }
}

internal sealed record BlueGreenUpdatePolicy
{
    [Required] public TrafficRoutingConfig? TrafficRoutingConfiguration { get; init; }
    [Range(0, 3600)] public int? TerminationWaitInSeconds { get; init; }
    [Range(600, 28800)] public int? MaximumExecutionTimeoutInSeconds { get; init; }
}

internal sealed record CapacitySize
{
    [Required, OneOf<CapacitySizeType>] public string? Type { get; init; }
    [Required, Range(1, double.PositiveInfinity)] public int? Value { get; init; }
}

internal sealed record CreateEndpointInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointConfigName { get; init; }
    public DeploymentConfig? DeploymentConfig { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateEndpointOutput
{
    public string? EndpointArn { get; init; }
}

internal sealed record DataCaptureConfigSummary
{
    public bool? EnableCapture { get; init; }
    public string? CaptureStatus { get; init; }
    public int? CurrentSamplingPercentage { get; init; }
    public string? DestinationS3Uri { get; init; }
    public string? KmsKeyId { get; init; }
}

internal sealed record DeleteEndpointInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
}

internal sealed record DeployedImage
{
    public string? SpecifiedImage { get; init; }
    public string? ResolvedImage { get; init; }
    public DateTimeOffset? ResolutionTime { get; init; }
}

internal sealed record DeploymentConfig
{
    public BlueGreenUpdatePolicy? BlueGreenUpdatePolicy { get; init; }
    public RollingUpdatePolicy? RollingUpdatePolicy { get; init; }
    public AutoRollbackConfig? AutoRollbackConfiguration { get; init; }
}

internal sealed record DescribeEndpointInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
}

internal sealed record DescribeEndpointOutput
{
    public string? EndpointName { get; init; }
    public string? EndpointArn { get; init; }
    public string? EndpointConfigName { get; init; }
    public IReadOnlyList<ProductionVariantSummary>? ProductionVariants { get; init; }
    public DataCaptureConfigSummary? DataCaptureConfig { get; init; }
    public string? EndpointStatus { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public DeploymentConfig? LastDeploymentConfig { get; init; }
    public AsyncInferenceConfig? AsyncInferenceConfig { get; init; }
    public PendingDeploymentSummary? PendingDeploymentSummary { get; init; }
    public ExplainerConfig? ExplainerConfig { get; init; }
    public IReadOnlyList<ProductionVariantSummary>? ShadowProductionVariants { get; init; }
    public MetricsConfig? MetricsConfig { get; init; }
}

internal sealed record DesiredWeightAndCapacity
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? VariantName { get; init; }
    [Range(0, double.PositiveInfinity)] public double? DesiredWeight { get; init; }
    [Range(0, double.PositiveInfinity)] public int? DesiredInstanceCount { get; init; }
    public ProductionVariantServerlessUpdateConfig? ServerlessUpdateConfig { get; init; }
}

internal sealed record Ec2CapacityReservation
{
    public string? Ec2CapacityReservationId { get; init; }
    public int? TotalInstanceCount { get; init; }
    public int? AvailableInstanceCount { get; init; }
    public int? UsedByCurrentEndpoint { get; init; }
}

internal sealed record EndpointSummary
{
    public string? EndpointName { get; init; }
    public string? EndpointArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? EndpointStatus { get; init; }
}

internal sealed record InstancePoolSummary
{
    public string? InstanceType { get; init; }
    public int? CurrentInstanceCount { get; init; }
}

internal sealed record ListEndpointsInput
{
    [OneOf<EndpointSortKey>] public string? SortBy { get; init; }
    [OneOf<OrderKey>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    [OneOf<EndpointStatus>] public string? StatusEquals { get; init; }
}

internal sealed record ListEndpointsOutput
{
    public IReadOnlyList<EndpointSummary>? Endpoints { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record PendingDeploymentSummary
{
    public string? EndpointConfigName { get; init; }
    public IReadOnlyList<PendingProductionVariantSummary>? ProductionVariants { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public IReadOnlyList<PendingProductionVariantSummary>? ShadowProductionVariants { get; init; }
}

internal sealed record PendingProductionVariantSummary
{
    public string? VariantName { get; init; }
    public IReadOnlyList<DeployedImage>? DeployedImages { get; init; }
    public double? CurrentWeight { get; init; }
    public double? DesiredWeight { get; init; }
    public int? CurrentInstanceCount { get; init; }
    public int? DesiredInstanceCount { get; init; }
    public string? InstanceType { get; init; }
    public IReadOnlyList<InstancePoolSummary>? InstancePools { get; init; }
    public string? AcceleratorType { get; init; }
    public IReadOnlyList<ProductionVariantStatus>? VariantStatus { get; init; }
    public ProductionVariantServerlessConfig? CurrentServerlessConfig { get; init; }
    public ProductionVariantServerlessConfig? DesiredServerlessConfig { get; init; }
    public ProductionVariantManagedInstanceScaling? ManagedInstanceScaling { get; init; }
    public ProductionVariantRoutingConfig? RoutingConfig { get; init; }
}

internal sealed record ProductionVariantCapacityReservationSummary
{
    public string? MlReservationArn { get; init; }
    public string? CapacityReservationPreference { get; init; }
    public int? TotalInstanceCount { get; init; }
    public int? AvailableInstanceCount { get; init; }
    public int? UsedByCurrentEndpoint { get; init; }
    public IReadOnlyList<Ec2CapacityReservation>? Ec2CapacityReservations { get; init; }
}

internal sealed record ProductionVariantServerlessUpdateConfig
{
    [Range(1, 200)] public int? MaxConcurrency { get; init; }
    [Range(1, 200)] public int? ProvisionedConcurrency { get; init; }
}

internal sealed record ProductionVariantStatus
{
    public string? Status { get; init; }
    public string? StatusMessage { get; init; }
    public DateTimeOffset? StartTime { get; init; }
}

internal sealed record ProductionVariantSummary
{
    public string? VariantName { get; init; }
    public IReadOnlyList<DeployedImage>? DeployedImages { get; init; }
    public double? CurrentWeight { get; init; }
    public double? DesiredWeight { get; init; }
    public int? CurrentInstanceCount { get; init; }
    public int? DesiredInstanceCount { get; init; }
    public IReadOnlyList<InstancePoolSummary>? InstancePools { get; init; }
    public IReadOnlyList<ProductionVariantStatus>? VariantStatus { get; init; }
    public ProductionVariantServerlessConfig? CurrentServerlessConfig { get; init; }
    public ProductionVariantServerlessConfig? DesiredServerlessConfig { get; init; }
    public ProductionVariantManagedInstanceScaling? ManagedInstanceScaling { get; init; }
    public ProductionVariantRoutingConfig? RoutingConfig { get; init; }
    public ProductionVariantCapacityReservationSummary? CapacityReservationConfig { get; init; }
}

internal sealed record RollingUpdatePolicy
{
    [Required] public CapacitySize? MaximumBatchSize { get; init; }
    [Required, Range(0, 3600)] public int? WaitIntervalInSeconds { get; init; }
    [Range(600, 28800)] public int? MaximumExecutionTimeoutInSeconds { get; init; }
    public CapacitySize? RollbackMaximumBatchSize { get; init; }
}

internal sealed record TrafficRoutingConfig
{
    [Required, OneOf<TrafficRoutingConfigType>] public string? Type { get; init; }
    [Required, Range(0, 3600)] public int? WaitIntervalInSeconds { get; init; }
    public CapacitySize? CanarySize { get; init; }
    public CapacitySize? LinearStepSize { get; init; }
}

internal sealed record UpdateEndpointInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointConfigName { get; init; }
    public bool? RetainAllVariantProperties { get; init; }
    [Length(0, 3)] public IReadOnlyList<VariantProperty>? ExcludeRetainedVariantProperties { get; init; }
    public DeploymentConfig? DeploymentConfig { get; init; }
    public bool? RetainDeploymentConfig { get; init; }
}

internal sealed record UpdateEndpointOutput
{
    public string? EndpointArn { get; init; }
}

internal sealed record UpdateEndpointWeightsAndCapacitiesInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [Required, Length(1)] public IReadOnlyList<DesiredWeightAndCapacity>? DesiredWeightsAndCapacities { get; init; }
}

internal sealed record UpdateEndpointWeightsAndCapacitiesOutput
{
    public string? EndpointArn { get; init; }
}

internal sealed record VariantProperty
{
    [Required, OneOf<VariantPropertyType>] public string? VariantPropertyType { get; init; }
}
