// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CaptureContentTypeHeader
{
    [Length(1, 10), Length(1, 256, On = On.Items), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*", On = On.Items)] public IReadOnlyList<string>? CsvContentTypes { get; init; }
    [Length(1, 10), Length(1, 256, On = On.Items), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*", On = On.Items)] public IReadOnlyList<string>? JsonContentTypes { get; init; }
}

internal sealed record CaptureOption
{
    [Required, OneOf<CaptureMode>] public string? CaptureMode { get; init; }
}

internal sealed record CreateEndpointConfigInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointConfigName { get; init; }
    [Required, Length(1, 10)] public IReadOnlyList<ProductionVariant>? ProductionVariants { get; init; }
    public DataCaptureConfig? DataCaptureConfig { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    public AsyncInferenceConfig? AsyncInferenceConfig { get; init; }
    public ExplainerConfig? ExplainerConfig { get; init; }
    [Length(1, 10)] public IReadOnlyList<ProductionVariant>? ShadowProductionVariants { get; init; }
    [Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? ExecutionRoleArn { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public MetricsConfig? MetricsConfig { get; init; }
}

internal sealed record CreateEndpointConfigOutput
{
    public string? EndpointConfigArn { get; init; }
}

internal sealed record DataCaptureConfig
{
    public bool? EnableCapture { get; init; }
    [Required, Range(0, 100)] public int? InitialSamplingPercentage { get; init; }
    [Required, Length(0, 512), Pattern(@"(https|s3)://([^/])/?(.*)")] public string? DestinationS3Uri { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Required, Length(1, 32)] public IReadOnlyList<CaptureOption>? CaptureOptions { get; init; }
    public CaptureContentTypeHeader? CaptureContentTypeHeader { get; init; }
}

internal sealed record DeleteEndpointConfigInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointConfigName { get; init; }
}

internal sealed record DescribeEndpointConfigInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointConfigName { get; init; }
}

internal sealed record DescribeEndpointConfigOutput
{
    public string? EndpointConfigName { get; init; }
    public string? EndpointConfigArn { get; init; }
    public IReadOnlyList<ProductionVariant>? ProductionVariants { get; init; }
    public DataCaptureConfig? DataCaptureConfig { get; init; }
    public string? KmsKeyId { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public AsyncInferenceConfig? AsyncInferenceConfig { get; init; }
    public ExplainerConfig? ExplainerConfig { get; init; }
    public IReadOnlyList<ProductionVariant>? ShadowProductionVariants { get; init; }
    public string? ExecutionRoleArn { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public MetricsConfig? MetricsConfig { get; init; }
}

internal sealed record EndpointConfigSummary
{
    public string? EndpointConfigName { get; init; }
    public string? EndpointConfigArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
}

internal sealed record InstancePool
{
    [Required, OneOf<ProductionVariantInstanceType>] public string? InstanceType { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelNameOverride { get; init; }
    [Required, Range(1, 5)] public int? Priority { get; init; }
}

internal sealed record ListEndpointConfigsInput
{
    [OneOf<EndpointConfigSortKey>] public string? SortBy { get; init; }
    [OneOf<OrderKey>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
}

internal sealed record ListEndpointConfigsOutput
{
    public IReadOnlyList<EndpointConfigSummary>? EndpointConfigs { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ProductionVariant
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? VariantName { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelName { get; init; }
    [Range(1, double.PositiveInfinity)] public int? InitialInstanceCount { get; init; }
    [OneOf<ProductionVariantInstanceType>] public string? InstanceType { get; init; }
    [Length(1, 5)] public IReadOnlyList<InstancePool>? InstancePools { get; init; }
    [Range(300, 3600)] public int? VariantInstanceProvisionTimeoutInSeconds { get; init; }
    [Range(0, double.PositiveInfinity)] public double? InitialVariantWeight { get; init; }
    [OneOf<ProductionVariantAcceleratorType>] public string? AcceleratorType { get; init; }
    public ProductionVariantCoreDumpConfig? CoreDumpConfig { get; init; }
    public ProductionVariantServerlessConfig? ServerlessConfig { get; init; }
    [Range(1, 512)] public int? VolumeSizeInGB { get; init; }
    [Range(60, 3600)] public int? ModelDataDownloadTimeoutInSeconds { get; init; }
    [Range(60, 3600)] public int? ContainerStartupHealthCheckTimeoutInSeconds { get; init; }
    public bool? EnableSSMAccess { get; init; }
    public ProductionVariantManagedInstanceScaling? ManagedInstanceScaling { get; init; }
    public ProductionVariantRoutingConfig? RoutingConfig { get; init; }
    [OneOf<ProductionVariantInferenceAmiVersion>] public string? InferenceAmiVersion { get; init; }
    public ProductionVariantCapacityReservationConfig? CapacityReservationConfig { get; init; }
}

internal sealed record ProductionVariantCapacityReservationConfig
{
    [OneOf<CapacityReservationPreference>] public string? CapacityReservationPreference { get; init; }
    [Length(20, 258), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z0-9\-]{1,14}/.*")] public string? MlReservationArn { get; init; }
}

internal sealed record ProductionVariantCoreDumpConfig
{
    [Required, Length(0, 512), Pattern(@"(https|s3)://([^/])/?(.*)")] public string? DestinationS3Uri { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
}
