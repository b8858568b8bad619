// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AdditionalModelDataSource
{
    [Required, Length(1, 64), Pattern(@"[A-Za-z0-9\.\-_]+")] public string? ChannelName { get; init; }
    [Required] public S3ModelDataSource? S3DataSource { get; init; }
}

internal sealed record AlgorithmSpecification
{
    [Length(0, 255), Pattern(@".*")] public string? TrainingImage { get; init; }
    [Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? AlgorithmName { get; init; }
    [Required, OneOf<TrainingInputMode>] public string? TrainingInputMode { get; init; }
    [Length(0, 40)] public IReadOnlyList<MetricDefinition>? MetricDefinitions { get; init; }
    public bool? EnableSageMakerMetricsTimeSeries { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerEntrypoint { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerArguments { get; init; }
    public TrainingImageConfig? TrainingImageConfig { get; init; }
}

internal sealed record AppSpecification
{
    [Required, Length(0, 255), Pattern(@".*")] public string? ImageUri { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerEntrypoint { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerArguments { get; init; }
}

internal sealed record AsyncInferenceClientConfig
{
    [Range(1, 1000)] public int? MaxConcurrentInvocationsPerInstance { get; init; }
}

internal sealed record AsyncInferenceConfig
{
    public AsyncInferenceClientConfig? ClientConfig { get; init; }
    [Required] public AsyncInferenceOutputConfig? OutputConfig { get; init; }
}

internal sealed record AsyncInferenceNotificationConfig
{
    [Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sns:[a-z0-9\-]*:[0-9]{12}:[a-zA-Z0-9_.-]+")] public string? SuccessTopic { get; init; }
    [Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sns:[a-z0-9\-]*:[0-9]{12}:[a-zA-Z0-9_.-]+")] public string? ErrorTopic { get; init; }
    [Length(0, 2), OneOf<AsyncNotificationTopicTypes>(On = On.Items)] public IReadOnlyList<string>? IncludeInferenceResponseIn { get; init; }
}

internal sealed record AsyncInferenceOutputConfig
{
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Length(0, 512), Pattern(@"(https|s3)://([^/])/?(.*)")] public string? S3OutputPath { get; init; }
    public AsyncInferenceNotificationConfig? NotificationConfig { get; init; }
    [Length(0, 512), Pattern(@"(https|s3)://([^/])/?(.*)")] public string? S3FailurePath { get; init; }
}

internal sealed record AthenaDatasetDefinition
{
    [Required, Length(1, 256), Pattern(@"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*")] public string? Catalog { get; init; }
    [Required, Length(1, 255), Pattern(@".*")] public string? Database { get; init; }
    [Required, Length(1, 4096), Pattern(@"[\s\S]+")] public string? QueryString { get; init; }
    [Length(1, 128), Pattern(@"[a-zA-Z0-9._-]+")] public string? WorkGroup { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? OutputS3Uri { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Required, OneOf<AthenaResultFormat>] public string? OutputFormat { get; init; }
    [OneOf<AthenaResultCompressionType>] public string? OutputCompression { get; init; }
}

internal sealed record BatchDataCaptureConfig
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? DestinationS3Uri { get; init; }
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    public bool? GenerateInferenceId { get; init; }
}

internal sealed record BatchTransformInput
{
    [Required, Length(0, 512), Pattern(@"(https|s3)://([^/])/?(.*)")] public string? DataCapturedDestinationS3Uri { get; init; }
    [Required] public MonitoringDatasetFormat? DatasetFormat { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [OneOf<ProcessingS3InputMode>] public string? S3InputMode { get; init; }
    [OneOf<ProcessingS3DataDistributionType>] public string? S3DataDistributionType { get; init; }
    public string? FeaturesAttribute { get; init; }
    public string? InferenceAttribute { get; init; }
    public string? ProbabilityAttribute { get; init; }
    public double? ProbabilityThresholdAttribute { get; init; }
    [Length(1, 15), Pattern(@".?P.*")] public string? StartTimeOffset { get; init; }
    [Length(1, 15), Pattern(@".?P.*")] public string? EndTimeOffset { get; init; }
    [Length(0, 100)] public string? ExcludeFeaturesAttribute { get; init; }
}

internal sealed record Channel
{
    [Required, Length(1, 64), Pattern(@"[A-Za-z0-9\.\-_]+")] public string? ChannelName { get; init; }
    [Required] public DataSource? DataSource { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [OneOf<CompressionType>] public string? CompressionType { get; init; }
    [OneOf<RecordWrapper>] public string? RecordWrapperType { get; init; }
    [OneOf<TrainingInputMode>] public string? InputMode { get; init; }
    public ShuffleConfig? ShuffleConfig { get; init; }
}

internal sealed record CheckpointConfig
{
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [Length(0, 4096), Pattern(@".*")] public string? LocalPath { get; init; }
}

internal sealed record ClarifyExplainerConfig
{
    [Length(1, 64), Pattern(@".*")] public string? EnableExplanations { get; init; }
    public ClarifyInferenceConfig? InferenceConfig { get; init; }
    [Required] public ClarifyShapConfig? ShapConfig { get; init; }
}

internal sealed record ClarifyInferenceConfig
{
    [Length(1, 64), Pattern(@".*")] public string? FeaturesAttribute { get; init; }
    [Length(1, 64), Pattern(@".*")] public string? ContentTemplate { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxRecordCount { get; init; }
    [Range(1, 25)] public int? MaxPayloadInMB { get; init; }
    [Range(0, double.PositiveInfinity)] public int? ProbabilityIndex { get; init; }
    [Range(0, double.PositiveInfinity)] public int? LabelIndex { get; init; }
    [Length(1, 64), Pattern(@".*")] public string? ProbabilityAttribute { get; init; }
    [Length(1, 64), Pattern(@".*")] public string? LabelAttribute { get; init; }
    [Length(1, 16), Length(1, 64, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? LabelHeaders { get; init; }
    [Length(1, 256), Length(1, 64, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? FeatureHeaders { get; init; }
    [Length(1, 256), OneOf<ClarifyFeatureType>(On = On.Items)] public IReadOnlyList<string>? FeatureTypes { get; init; }
}

internal sealed record ClarifyShapBaselineConfig
{
    [Length(0, 255), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9+.])*")] public string? MimeType { get; init; }
    [Length(1, 4096), Pattern(@"[\s\S]+")] public string? ShapBaseline { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? ShapBaselineUri { get; init; }
}

internal sealed record ClarifyShapConfig
{
    [Required] public ClarifyShapBaselineConfig? ShapBaselineConfig { get; init; }
    [Range(1, double.PositiveInfinity)] public int? NumberOfSamples { get; init; }
    public bool? UseLogit { get; init; }
    public int? Seed { get; init; }
    public ClarifyTextConfig? TextConfig { get; init; }
}

internal sealed record ClarifyTextConfig
{
    [Required, OneOf<ClarifyTextLanguage>] public string? Language { get; init; }
    [Required, OneOf<ClarifyTextGranularity>] public string? Granularity { get; init; }
}

internal sealed record CollectionConfiguration
{
    [Length(1, 256), Pattern(@".*")] public string? CollectionName { get; init; }
    [Length(0, 20), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? CollectionParameters { get; init; }
}

internal sealed record DataProcessing
{
    [Length(0, 63)] public string? InputFilter { get; init; }
    [Length(0, 63)] public string? OutputFilter { get; init; }
    [OneOf<JoinSource>] public string? JoinSource { get; init; }
}

internal sealed record DataSource
{
    public S3DataSource? S3DataSource { get; init; }
    public FileSystemDataSource? FileSystemDataSource { get; init; }
    public DatasetSource? DatasetSource { get; init; }
}

internal sealed record DatasetDefinition
{
    public AthenaDatasetDefinition? AthenaDatasetDefinition { get; init; }
    public RedshiftDatasetDefinition? RedshiftDatasetDefinition { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [OneOf<DataDistributionType>] public string? DataDistributionType { get; init; }
    [OneOf<InputMode>] public string? InputMode { get; init; }
}

internal sealed record DatasetSource
{
    [Required, Length(0, 2048), Pattern(@"(arn:[a-z0-9-\.]{1,63}:sagemaker:\w+(?:-\w+)+:(\d{12}|aws):hub-content\/)[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}\/DataSet\/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}(\/\d{1,4}.\d{1,4}.\d{1,4})?")] public string? DatasetArn { get; init; }
}

internal sealed record DebugHookConfig
{
    [Length(0, 4096), Pattern(@".*")] public string? LocalPath { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    [Length(0, 20), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? HookParameters { get; init; }
    [Length(0, 20)] public IReadOnlyList<CollectionConfiguration>? CollectionConfigurations { get; init; }
}

internal sealed record DebugRuleConfiguration
{
    [Required, Length(1, 256), Pattern(@".*")] public string? RuleConfigurationName { get; init; }
    [Length(0, 4096), Pattern(@".*")] public string? LocalPath { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
    [Required, Length(0, 255), Pattern(@".*")] public string? RuleEvaluatorImage { get; init; }
    [OneOf<ProcessingInstanceType>] public string? InstanceType { get; init; }
    [Range(0, double.PositiveInfinity)] public int? VolumeSizeInGB { get; init; }
    [Length(0, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items), Length(1, 256, On = On.Keys), Pattern(@".*", On = On.Keys)] public IReadOnlyDictionary<string, string>? RuleParameters { get; init; }
}

internal sealed record DebugRuleEvaluationStatus
{
    public string? RuleConfigurationName { get; init; }
    public string? RuleEvaluationJobArn { get; init; }
    public string? RuleEvaluationStatus { get; init; }
    public string? StatusDetails { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
}

internal sealed record EndpointInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [Required, Length(0, 256), Pattern(@".*")] public string? LocalPath { get; init; }
    [OneOf<ProcessingS3InputMode>] public string? S3InputMode { get; init; }
    [OneOf<ProcessingS3DataDistributionType>] public string? S3DataDistributionType { get; init; }
    public string? FeaturesAttribute { get; init; }
    public string? InferenceAttribute { get; init; }
    public string? ProbabilityAttribute { get; init; }
    public double? ProbabilityThresholdAttribute { get; init; }
    [Length(1, 15), Pattern(@".?P.*")] public string? StartTimeOffset { get; init; }
    [Length(1, 15), Pattern(@".?P.*")] public string? EndTimeOffset { get; init; }
    [Length(0, 100)] public string? ExcludeFeaturesAttribute { get; init; }
}

internal sealed record ExperimentConfig
{
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? ExperimentName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? TrialComponentDisplayName { get; init; }
    [Length(1, 120), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")] public string? RunName { get; init; }
}

internal sealed record ExperimentSource
{
    public string? SourceArn { get; init; }
    public string? SourceType { get; init; }
}

internal sealed record ExplainerConfig
{
    public ClarifyExplainerConfig? ClarifyExplainerConfig { get; init; }
}

internal sealed record FileSystemDataSource
{
    [Required, Length(11, 21), Pattern(@"(fs-[0-9a-f]{8,})")] public string? FileSystemId { get; init; }
    [Required, OneOf<FileSystemAccessMode>] public string? FileSystemAccessMode { get; init; }
    [Required, OneOf<FileSystemType>] public string? FileSystemType { get; init; }
    [Required, Length(0, 4096), Pattern(@".*")] public string? DirectoryPath { get; init; }
}

internal sealed record HubAccessConfig
{
    [Required, Length(0, 255), Pattern(@".*")] public string? HubContentArn { get; init; }
}

internal sealed record IamIdentity
{
    public string? Arn { get; init; }
    public string? PrincipalId { get; init; }
    public string? SourceIdentity { get; init; }
}

internal sealed record InferenceHubAccessConfig
{
    [Required, Length(0, 255), Pattern(@".*")] public string? HubContentArn { get; init; }
}

internal sealed record InstanceGroup
{
    [Required, OneOf<TrainingInstanceType>] public string? InstanceType { get; init; }
    [Required, Range(0, double.PositiveInfinity)] public int? InstanceCount { get; init; }
    [Required, Length(1, 64), Pattern(@".+")] public string? InstanceGroupName { get; init; }
}

internal sealed record InstancePlacementConfig
{
    public bool? EnableMultipleJobs { get; init; }
    [Length(0, 10)] public IReadOnlyList<PlacementSpecification>? PlacementSpecifications { get; init; }
}

internal sealed record MetadataProperties
{
    [Length(0, 1024), Pattern(@".*")] public string? CommitId { get; init; }
    [Length(0, 1024), Pattern(@".*")] public string? Repository { get; init; }
    [Length(0, 1024), Pattern(@".*")] public string? GeneratedBy { get; init; }
    [Length(0, 1024), Pattern(@".*")] public string? ProjectId { get; init; }
}

internal sealed record MetricData
{
    public string? MetricName { get; init; }
    public double? Value { get; init; }
    public DateTimeOffset? Timestamp { get; init; }
}

internal sealed record MetricDefinition
{
    [Required, Length(1, 255), Pattern(@".+")] public string? Name { get; init; }
    [Required, Length(1, 500), Pattern(@".+")] public string? Regex { get; init; }
}

internal sealed record MetricsConfig
{
    public bool? EnableEnhancedMetrics { get; init; }
    public int? MetricPublishFrequencyInSeconds { get; init; }
}

internal sealed record ModelAccessConfig
{
    [Required] public bool? AcceptEula { get; init; }
}

internal sealed record ModelArtifacts
{
    public string? S3ModelArtifacts { get; init; }
}

internal sealed record ModelClientConfig
{
    [Range(1, 3600)] public int? InvocationsTimeoutInSeconds { get; init; }
    [Range(0, 3)] public int? InvocationsMaxRetries { get; init; }
}

internal sealed record ModelDataSource
{
    public S3ModelDataSource? S3DataSource { get; init; }
}

internal sealed record ModelPackageConfig
{
    [Required, Length(1, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package-group/[\S]{1,2048}")] public string? ModelPackageGroupArn { get; init; }
    [Length(1, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]{1,2048}")] public string? SourceModelPackageArn { get; init; }
}
