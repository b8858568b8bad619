// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AdditionalInferenceSpecificationDefinition
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? Name { get; init; }
    [Length(0, 1024), Pattern(@"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*")] public string? Description { get; init; }
    [Required, Length(1, 15)] public IReadOnlyList<ModelPackageContainerDefinition>? Containers { get; init; }
    [Length(1), OneOf<TransformInstanceType>(On = On.Items)] public IReadOnlyList<string>? SupportedTransformInstanceTypes { get; init; }
    [OneOf<ProductionVariantInstanceType>(On = On.Items)] public IReadOnlyList<string>? SupportedRealtimeInferenceInstanceTypes { get; init; }
    [Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? SupportedContentTypes { get; init; }
    [Length(0, 1024, On = On.Items), Pattern(@"[-\w]+\/.+", On = On.Items)] public IReadOnlyList<string>? SupportedResponseMIMETypes { get; init; }
}

internal sealed record AdditionalS3DataSource
{
    [Required, OneOf<AdditionalS3DataSourceDataType>] public string? S3DataType { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
    [OneOf<CompressionType>] public string? CompressionType { get; init; }
    public string? ETag { get; init; }
}

internal sealed record BaseModel
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? HubContentName { get; init; }
    [Length(5, 14), Pattern(@"\d{1,4}.\d{1,4}.\d{1,4}")] public string? HubContentVersion { get; init; }
    [Length(0, 255)] public string? RecipeName { get; init; }
}

internal sealed record Bias
{
    public MetricsSource? Report { get; init; }
    public MetricsSource? PreTrainingReport { get; init; }
    public MetricsSource? PostTrainingReport { get; init; }
}

internal sealed record CreateModelPackageGroupInput
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ModelPackageGroupName { get; init; }
    [Length(0, 1024), Pattern(@"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*")] public string? ModelPackageGroupDescription { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public ManagedConfiguration? ManagedConfiguration { get; init; }
}

internal sealed record CreateModelPackageGroupOutput
{
    public string? ModelPackageGroupArn { get; init; }
}

internal sealed record CreateModelPackageInput
{
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ModelPackageName { get; init; }
    [Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? ModelPackageGroupName { get; init; }
    [Length(0, 1024), Pattern(@"[\p{L}\p{M}\p{Z}\p{S}\p{N}\p{P}]*")] public string? ModelPackageDescription { get; init; }
    [OneOf<ModelPackageRegistrationType>] public string? ModelPackageRegistrationType { get; init; }
    public InferenceSpecification? InferenceSpecification { get; init; }
    public ModelPackageValidationSpecification? ValidationSpecification { get; init; }
    public SourceAlgorithmSpecification? SourceAlgorithmSpecification { get; init; }
    public bool? CertifyForMarketplace { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    [OneOf<ModelApprovalStatus>] public string? ModelApprovalStatus { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    public ModelMetrics? ModelMetrics { get; init; }
    [Length(1, 36), Pattern(@"[a-zA-Z0-9-]+")] public string? ClientToken { get; init; }
    public string? Domain { get; init; }
    public string? Task { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? SamplePayloadUrl { get; init; }
    [Length(1, 50), Length(1, 256, On = On.Items), Pattern(@"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,256}", On = On.Items), Length(1, 128, On = On.Keys), Pattern(@"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}", On = On.Keys)] public IReadOnlyDictionary<string, string>? CustomerMetadataProperties { get; init; }
    public DriftCheckBaselines? DriftCheckBaselines { get; init; }
    [Length(1, 15)] public IReadOnlyList<AdditionalInferenceSpecificationDefinition>? AdditionalInferenceSpecifications { get; init; }
    [OneOf<SkipModelValidation>] public string? SkipModelValidation { get; init; }
    [Length(0, 1024), Pattern(@"[\p{L}\p{M}\p{Z}\p{N}\p{P}]{0,1024}")] public string? SourceUri { get; init; }
    public ModelPackageSecurityConfig? SecurityConfig { get; init; }
    public ModelPackageModelCard? ModelCard { get; init; }
    public ModelLifeCycle? ModelLifeCycle { get; init; }
    [OneOf<ManagedStorageType>] public string? ManagedStorageType { get; init; }
}

internal sealed record CreateModelPackageOutput
{
    public string? ModelPackageArn { get; init; }
}

internal sealed record DeleteModelPackageGroupInput
{
    [Required, Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? ModelPackageGroupName { get; init; }
}

internal sealed record DeleteModelPackageInput
{
    [Required, Length(1, 176), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?")] public string? ModelPackageName { get; init; }
}

internal sealed record DescribeModelPackageGroupInput
{
    [Required, Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? ModelPackageGroupName { get; init; }
}

internal sealed record DescribeModelPackageGroupOutput
{
    public string? ModelPackageGroupName { get; init; }
    public string? ModelPackageGroupArn { get; init; }
    public string? ModelPackageGroupDescription { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public string? ModelPackageGroupStatus { get; init; }
    public ManagedConfiguration? ManagedConfiguration { get; init; }
}

internal sealed record DescribeModelPackageInput
{
    [Required, Length(1, 176), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?")] public string? ModelPackageName { get; init; }
}

internal sealed record DescribeModelPackageOutput
{
    public string? ModelPackageName { get; init; }
    public string? ModelPackageGroupName { get; init; }
    public int? ModelPackageVersion { get; init; }
    public string? ModelPackageRegistrationType { get; init; }
    public string? ModelPackageArn { get; init; }
    public string? ModelPackageDescription { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public InferenceSpecification? InferenceSpecification { get; init; }
    public SourceAlgorithmSpecification? SourceAlgorithmSpecification { get; init; }
    public ModelPackageValidationSpecification? ValidationSpecification { get; init; }
    public string? ModelPackageStatus { get; init; }
    public ModelPackageStatusDetails? ModelPackageStatusDetails { get; init; }
    public bool? CertifyForMarketplace { get; init; }
    public string? ModelApprovalStatus { get; init; }
    public UserContext? CreatedBy { get; init; }
    public MetadataProperties? MetadataProperties { get; init; }
    public ModelMetrics? ModelMetrics { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public string? ApprovalDescription { get; init; }
    public string? Domain { get; init; }
    public string? Task { get; init; }
    public string? SamplePayloadUrl { get; init; }
    public IReadOnlyDictionary<string, string>? CustomerMetadataProperties { get; init; }
    public DriftCheckBaselines? DriftCheckBaselines { get; init; }
    public IReadOnlyList<AdditionalInferenceSpecificationDefinition>? AdditionalInferenceSpecifications { get; init; }
    public string? SkipModelValidation { get; init; }
    public string? SourceUri { get; init; }
    public ModelPackageSecurityConfig? SecurityConfig { get; init; }
    public ModelPackageModelCard? ModelCard { get; init; }
    public ModelLifeCycle? ModelLifeCycle { get; init; }
    public string? ManagedStorageType { get; init; }
}

internal sealed record DriftCheckBaselines
{
    public DriftCheckBias? Bias { get; init; }
    public DriftCheckExplainability? Explainability { get; init; }
    public DriftCheckModelQuality? ModelQuality { get; init; }
    public DriftCheckModelDataQuality? ModelDataQuality { get; init; }
}

internal sealed record DriftCheckBias
{
    public FileSource? ConfigFile { get; init; }
    public MetricsSource? PreTrainingConstraints { get; init; }
    public MetricsSource? PostTrainingConstraints { get; init; }
}

internal sealed record DriftCheckExplainability
{
    public MetricsSource? Constraints { get; init; }
    public FileSource? ConfigFile { get; init; }
}

internal sealed record DriftCheckModelDataQuality
{
    public MetricsSource? Statistics { get; init; }
    public MetricsSource? Constraints { get; init; }
}

internal sealed record DriftCheckModelQuality
{
    public MetricsSource? Statistics { get; init; }
    public MetricsSource? Constraints { get; init; }
}

internal sealed record Explainability
{
    public MetricsSource? Report { get; init; }
}

internal sealed record FileSource
{
    [Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [Length(0, 72), Pattern(@"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}")] public string? ContentDigest { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record InferenceSpecification
{
    [Required, Length(1, 15)] public IReadOnlyList<ModelPackageContainerDefinition>? Containers { get; init; }
    [Length(1), OneOf<TransformInstanceType>(On = On.Items)] public IReadOnlyList<string>? SupportedTransformInstanceTypes { get; init; }
    [OneOf<ProductionVariantInstanceType>(On = On.Items)] public IReadOnlyList<string>? SupportedRealtimeInferenceInstanceTypes { get; init; }
    [Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? SupportedContentTypes { get; init; }
    [Length(0, 1024, On = On.Items), Pattern(@"[-\w]+\/.+", On = On.Items)] public IReadOnlyList<string>? SupportedResponseMIMETypes { get; init; }
}

internal sealed record ListModelPackageGroupsInput
{
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [OneOf<ModelPackageGroupSortBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [OneOf<CrossAccountFilterOption>] public string? CrossAccountFilterOption { get; init; }
}

internal sealed record ListModelPackageGroupsOutput
{
    public IReadOnlyList<ModelPackageGroupSummary>? ModelPackageGroupSummaryList { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListModelPackagesInput
{
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    [OneOf<ModelApprovalStatus>] public string? ModelApprovalStatus { get; init; }
    [Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? ModelPackageGroupName { get; init; }
    [OneOf<ModelPackageType>] public string? ModelPackageType { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [OneOf<ModelPackageSortBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
}

internal sealed record ListModelPackagesOutput
{
    public IReadOnlyList<ModelPackageSummary>? ModelPackageSummaryList { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ManagedConfiguration
{
    [OneOf<ManagedStorageType>] public string? ManagedStorageType { get; init; }
}

internal sealed record MetricsSource
{
    [Required, Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [Length(0, 72), Pattern(@"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}")] public string? ContentDigest { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record ModelDataQuality
{
    public MetricsSource? Statistics { get; init; }
    public MetricsSource? Constraints { get; init; }
}

internal sealed record ModelInput
{
    [Required, Length(1, 16384), Pattern(@"[\S\s]+")] public string? DataInputConfig { get; init; }
}

internal sealed record ModelLifeCycle
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? Stage { get; init; }
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? StageStatus { get; init; }
    [Length(0, 1024), Pattern(@".{0,1024}")] public string? StageDescription { get; init; }
}

internal sealed record ModelMetrics
{
    public ModelQuality? ModelQuality { get; init; }
    public ModelDataQuality? ModelDataQuality { get; init; }
    public Bias? Bias { get; init; }
    public Explainability? Explainability { get; init; }
}

internal sealed record ModelPackageContainerDefinition
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ContainerHostname { get; init; }
    [Length(0, 255), Pattern(@"[\S]+")] public string? Image { get; init; }
    [Length(0, 72), Pattern(@"[Ss][Hh][Aa]256:[0-9a-fA-F]{64}")] public string? ImageDigest { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? ModelDataUrl { get; init; }
    public ModelDataSource? ModelDataSource { get; init; }
    [Length(0, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9])*")] public string? ProductId { get; init; }
    [Length(0, 100), Length(0, 1024, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 1024, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public ModelInput? ModelInput { get; init; }
    public string? Framework { get; init; }
    [Length(3, 10), Pattern(@"[0-9]\.[A-Za-z0-9.-]+")] public string? FrameworkVersion { get; init; }
    public string? NearestModelName { get; init; }
    [Length(0, 5)] public IReadOnlyList<AdditionalModelDataSource>? AdditionalModelDataSources { get; init; }
    public AdditionalS3DataSource? AdditionalS3DataSource { get; init; }
    public string? ModelDataETag { get; init; }
    public bool? IsCheckpoint { get; init; }
    public BaseModel? BaseModel { get; init; }
}

internal sealed record ModelPackageGroupSummary
{
    public string? ModelPackageGroupName { get; init; }
    public string? ModelPackageGroupArn { get; init; }
    public string? ModelPackageGroupDescription { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? ModelPackageGroupStatus { get; init; }
    public ManagedConfiguration? ManagedConfiguration { get; init; }
}

internal sealed record ModelPackageModelCard
{
    [Length(0, 100000), Pattern(@".*")] public string? ModelCardContent { get; init; }
    [OneOf<ModelCardStatus>] public string? ModelCardStatus { get; init; }
}

internal sealed record ModelPackageSecurityConfig
{
    [Required, Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
}

internal sealed record ModelPackageStatusDetails
{
    public IReadOnlyList<ModelPackageStatusItem>? ValidationStatuses { get; init; }
    public IReadOnlyList<ModelPackageStatusItem>? ImageScanStatuses { get; init; }
}

internal sealed record ModelPackageStatusItem
{
    public string? Name { get; init; }
    public string? Status { get; init; }
    public string? FailureReason { get; init; }
}
