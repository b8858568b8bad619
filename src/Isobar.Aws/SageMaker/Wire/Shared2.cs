// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record MonitoringClusterConfig
{
    [Required, Range(1, 100)] public int? InstanceCount { get; init; }
    [Required, OneOf<ProcessingInstanceType>] public string? InstanceType { get; init; }
    [Required, Range(1, 16384)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
}

internal sealed record MonitoringConstraintsResource
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record MonitoringCsvDatasetFormat
{
    public bool? Header { get; init; }
}

internal sealed record MonitoringDatasetFormat
{
    public MonitoringCsvDatasetFormat? Csv { get; init; }
    public MonitoringJsonDatasetFormat? Json { get; init; }
    public MonitoringParquetDatasetFormat? Parquet { get; init; }
}

internal sealed record MonitoringJsonDatasetFormat
{
    public bool? Line { get; init; }
}

internal sealed record MonitoringOutput
{
    [Required] public MonitoringS3Output? S3Output { get; init; }
}

internal sealed record MonitoringOutputConfig
{
    [Required, Length(1, 1)] public IReadOnlyList<MonitoringOutput>? MonitoringOutputs { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
}

internal sealed record MonitoringParquetDatasetFormat;

internal sealed record MonitoringResources
{
    [Required] public MonitoringClusterConfig? ClusterConfig { get; init; }
}

internal sealed record MonitoringS3Output
{
    [Required, Length(0, 512), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [OneOf<ProcessingS3UploadMode>] public string? S3UploadMode { get; init; }
}

internal sealed record MonitoringStatisticsResource
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record MonitoringStoppingCondition
{
    [Required, Range(1, 86400)] public int? MaxRuntimeInSeconds { get; init; }
}

internal sealed record NetworkConfig
{
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public VpcConfig? VpcConfig { get; init; }
}

internal sealed record OutputDataConfig
{
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    [OneOf<OutputCompressionType>] public string? CompressionType { get; init; }
}

internal sealed record PlacementSpecification
{
    [Length(0, 256)] public string? UltraServerId { get; init; }
    [Required, Range(0, double.PositiveInfinity)] public int? InstanceCount { get; init; }
}

internal sealed record ProcessingClusterConfig
{
    [Required, Range(1, 100)] public int? InstanceCount { get; init; }
    [Required, OneOf<ProcessingInstanceType>] public string? InstanceType { get; init; }
    [Required, Range(1, 16384)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
}

internal sealed record ProcessingFeatureStoreOutput
{
    [Required, Length(1, 64), Pattern(@"[a-zA-Z0-9]([_-]*[a-zA-Z0-9]){0,63}")] public string? FeatureGroupName { get; init; }
}

internal sealed record ProcessingInput
{
    [Required] public string? InputName { get; init; }
    public bool? AppManaged { get; init; }
    public ProcessingS3Input? S3Input { get; init; }
    public DatasetDefinition? DatasetDefinition { get; init; }
}

internal sealed record ProcessingOutput
{
    [Required] public string? OutputName { get; init; }
    public ProcessingS3Output? S3Output { get; init; }
    public ProcessingFeatureStoreOutput? FeatureStoreOutput { get; init; }
    public bool? AppManaged { get; init; }
}

internal sealed record ProcessingOutputConfig
{
    [Required, Length(0, 10)] public IReadOnlyList<ProcessingOutput>? Outputs { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
}

internal sealed record ProcessingResources
{
    [Required] public ProcessingClusterConfig? ClusterConfig { get; init; }
}

internal sealed record ProcessingS3Input
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [Required, OneOf<ProcessingS3DataType>] public string? S3DataType { get; init; }
    [OneOf<ProcessingS3InputMode>] public string? S3InputMode { get; init; }
    [OneOf<ProcessingS3DataDistributionType>] public string? S3DataDistributionType { get; init; }
    [OneOf<ProcessingS3CompressionType>] public string? S3CompressionType { get; init; }
}

internal sealed record ProcessingS3Output
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [Required, OneOf<ProcessingS3UploadMode>] public string? S3UploadMode { get; init; }
}

internal sealed record ProcessingStoppingCondition
{
    [Required, Range(1, 777600)] public int? MaxRuntimeInSeconds { get; init; }
}

internal sealed record ProductionVariantManagedInstanceScaling
{
    [OneOf<ManagedInstanceScalingStatus>] public string? Status { get; init; }
    [Range(0, double.PositiveInfinity)] public int? MinInstanceCount { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxInstanceCount { get; init; }
    public ProductionVariantManagedInstanceScalingScaleInPolicy? ScaleInPolicy { get; init; }
}

internal sealed record ProductionVariantManagedInstanceScalingScaleInPolicy
{
    [Required, OneOf<ManagedInstanceScalingScaleInStrategy>] public string? Strategy { get; init; }
    [Range(1, 100)] public int? MaximumStepSize { get; init; }
    [Range(5, 1440)] public int? CooldownInMinutes { get; init; }
}

internal sealed record ProductionVariantRoutingConfig
{
    [Required, OneOf<RoutingStrategy>] public string? RoutingStrategy { get; init; }
}

internal sealed record ProductionVariantServerlessConfig
{
    [Required, Range(1024, 6144)] public int? MemorySizeInMB { get; init; }
    [Required, Range(1, 200)] public int? MaxConcurrency { get; init; }
    [Range(1, 200)] public int? ProvisionedConcurrency { get; init; }
}

internal sealed record ProfilerConfig
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    public long? ProfilingIntervalInMilliseconds { get; init; }
    [Length(0, 20), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? ProfilingParameters { get; init; }
    public bool? DisableProfiler { get; init; }
}

internal sealed record RedshiftDatasetDefinition
{
    [Required, Length(1, 63), Pattern(@".*")] public string? ClusterId { get; init; }
    [Required, Length(1, 64), Pattern(@".*")] public string? Database { get; init; }
    [Required, Length(1, 128), Pattern(@".*")] public string? DbUser { get; init; }
    [Required, Length(1, 4096), Pattern(@"[\s\S]+")] public string? QueryString { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? ClusterRoleArn { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? OutputS3Uri { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Required, OneOf<RedshiftResultFormat>] public string? OutputFormat { get; init; }
    [OneOf<RedshiftResultCompressionType>] public string? OutputCompression { get; init; }
}

internal sealed record ResourceConfig
{
    [OneOf<TrainingInstanceType>] public string? InstanceType { get; init; }
    [Range(0, double.PositiveInfinity)] public int? InstanceCount { get; init; }
    [Range(0, double.PositiveInfinity)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
    [Range(0, 21600)] public int? KeepAlivePeriodInSeconds { get; init; }
    [Length(0, 5)] public IReadOnlyList<InstanceGroup>? InstanceGroups { get; init; }
    [Length(50, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:training-plan/.*")] public string? TrainingPlanArn { get; init; }
    public InstancePlacementConfig? InstancePlacementConfig { get; init; }
}

internal sealed record RetryStrategy
{
    [Required, Range(1, 30)] public int? MaximumRetryAttempts { get; init; }
}

internal sealed record S3DataSource
{
    [Required, OneOf<S3DataType>] public string? S3DataType { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [OneOf<S3DataDistribution>] public string? S3DataDistributionType { get; init; }
    [Length(0, 16), Length(1, 256, On = On.Items), Pattern(@".+", On = On.Items)] public IReadOnlyList<string>? AttributeNames { get; init; }
    [Length(0, 5), Length(1, 64, On = On.Items), Pattern(@".+", On = On.Items)] public IReadOnlyList<string>? InstanceGroupNames { get; init; }
    public ModelAccessConfig? ModelAccessConfig { get; init; }
    public HubAccessConfig? HubAccessConfig { get; init; }
}

internal sealed record S3ModelDataSource
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [Required, OneOf<S3ModelDataType>] public string? S3DataType { get; init; }
    [Required, OneOf<ModelCompressionType>] public string? CompressionType { get; init; }
    public ModelAccessConfig? ModelAccessConfig { get; init; }
    public InferenceHubAccessConfig? HubAccessConfig { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? ManifestS3Uri { get; init; }
    public string? ETag { get; init; }
    public string? ManifestEtag { get; init; }
}

internal sealed record SecondaryStatusTransition
{
    public string? Status { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public string? StatusMessage { get; init; }
}

internal sealed record ShuffleConfig
{
    [Required] public long? Seed { get; init; }
}

internal sealed record StoppingCondition
{
    [Range(1, double.PositiveInfinity)] public int? MaxRuntimeInSeconds { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxWaitTimeInSeconds { get; init; }
    [Range(7200, 2419200)] public int? MaxPendingTimeInSeconds { get; init; }
}

internal sealed record Tag
{
    [Required, Length(1, 128), Pattern(@"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)")] public string? Key { get; init; }
    [Required, Length(0, 256), Pattern(@"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)")] public string? Value { get; init; }
}

internal sealed record TensorBoardOutputConfig
{
    [Length(0, 4096), Pattern(@".*")] public string? LocalPath { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
}

internal sealed record TrainingImageConfig
{
    [Required, OneOf<TrainingRepositoryAccessMode>] public string? TrainingRepositoryAccessMode { get; init; }
    public TrainingRepositoryAuthConfig? TrainingRepositoryAuthConfig { get; init; }
}

internal sealed record TrainingRepositoryAuthConfig
{
    [Required, Length(1, 2048), Pattern(@"arn:[\p{Alnum}\-]+:lambda:[\p{Alnum}\-]+:[0-9]{12}:function:.*")] public string? TrainingRepositoryCredentialsProviderArn { get; init; }
}

internal sealed record TransformDataSource
{
    [Required] public TransformS3DataSource? S3DataSource { get; init; }
}

internal sealed record TransformInput
{
    [Required] public TransformDataSource? DataSource { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [OneOf<CompressionType>] public string? CompressionType { get; init; }
    [OneOf<SplitType>] public string? SplitType { get; init; }
}

internal sealed record TransformOutput
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? Accept { get; init; }
    [OneOf<AssemblyType>] public string? AssembleWith { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
}

internal sealed record TransformResources
{
    [Required, OneOf<TransformInstanceType>] public string? InstanceType { get; init; }
    [Required, Range(1, double.PositiveInfinity)] public int? InstanceCount { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
    [Length(1, 63), Pattern(@"[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*")] public string? TransformAmiVersion { get; init; }
}

internal sealed record TransformS3DataSource
{
    [Required, OneOf<S3DataType>] public string? S3DataType { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record TrialComponentArtifact
{
    [Length(0, 64), Pattern(@"[-\w]+\/[-\w+]+")] public string? MediaType { get; init; }
    [Required, Length(0, 2048), Pattern(@".*")] public string? Value { get; init; }
}

internal sealed record TrialComponentMetricSummary
{
    public string? MetricName { get; init; }
    public string? SourceArn { get; init; }
    public DateTimeOffset? TimeStamp { get; init; }
    public double? Max { get; init; }
    public double? Min { get; init; }
    public double? Last { get; init; }
    public int? Count { get; init; }
    public double? Avg { get; init; }
    public double? StdDev { get; init; }
}

internal sealed record TrialComponentParameterValue
{
    [Length(0, 2500), Pattern(@".*")] public string? StringValue { get; init; }
    public double? NumberValue { get; init; }
}
