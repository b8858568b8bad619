// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record ModelPackageSummary
{
    public string? ModelPackageName { get; init; }
    public string? ModelPackageGroupName { get; init; }
    public int? ModelPackageVersion { get; init; }
    public string? ModelPackageArn { get; init; }
    public string? ModelPackageDescription { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? ModelPackageStatus { get; init; }
    public string? ModelApprovalStatus { get; init; }
    public ModelLifeCycle? ModelLifeCycle { get; init; }
    public string? ModelPackageRegistrationType { get; init; }
}

internal sealed record ModelPackageValidationProfile
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ProfileName { get; init; }
    [Required] public TransformJobDefinition? TransformJobDefinition { get; init; }
}

internal sealed record ModelPackageValidationSpecification
{
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? ValidationRole { get; init; }
    [Required, Length(0, 1)] public IReadOnlyList<ModelPackageValidationProfile>? ValidationProfiles { get; init; }
}

internal sealed record ModelQuality
{
    public MetricsSource? Statistics { get; init; }
    public MetricsSource? Constraints { get; init; }
}

internal sealed record SourceAlgorithm
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? ModelDataUrl { get; init; }
    public ModelDataSource? ModelDataSource { get; init; }
    public string? ModelDataETag { get; init; }
    [Required, Length(1, 170), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)")] public string? AlgorithmName { get; init; }
}

internal sealed record SourceAlgorithmSpecification
{
    [Required, Length(1, 1)] public IReadOnlyList<SourceAlgorithm>? SourceAlgorithms { get; init; }
}

internal sealed record TransformJobDefinition
{
    [Range(0, double.PositiveInfinity)] public int? MaxConcurrentTransforms { get; init; }
    [Range(0, double.PositiveInfinity)] public int? MaxPayloadInMB { get; init; }
    [OneOf<BatchStrategy>] public string? BatchStrategy { get; init; }
    [Length(0, 16), Length(0, 10240, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 1024, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]{0,1023}", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    [Required] public TransformInput? TransformInput { get; init; }
    [Required] public TransformOutput? TransformOutput { get; init; }
    [Required] public TransformResources? TransformResources { get; init; }
}

internal sealed record UpdateModelPackageInput
{
    [Required, Length(1, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]{9,16}:[0-9]{12}:model-package/[\S]{1,2048}")] public string? ModelPackageArn { get; init; }
    [OneOf<ModelApprovalStatus>] public string? ModelApprovalStatus { get; init; }
    [OneOf<ModelPackageRegistrationType>] public string? ModelPackageRegistrationType { get; init; }
    [Length(0, 1024), Pattern(@".*")] public string? ApprovalDescription { get; init; }
    [Length(1, 50), Length(1, 256, On = On.Items), Pattern(@"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,256}", On = On.Items), Length(1, 128, On = On.Keys), Pattern(@"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}", On = On.Keys)] public IReadOnlyDictionary<string, string>? CustomerMetadataProperties { get; init; }
    [Length(1, 128, On = On.Items), Pattern(@"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}", On = On.Items)] public IReadOnlyList<string>? CustomerMetadataPropertiesToRemove { get; init; }
    [Length(1, 15)] public IReadOnlyList<AdditionalInferenceSpecificationDefinition>? AdditionalInferenceSpecificationsToAdd { get; init; }
    public InferenceSpecification? InferenceSpecification { get; init; }
    [Length(0, 1024), Pattern(@"[\p{L}\p{M}\p{Z}\p{N}\p{P}]{0,1024}")] public string? SourceUri { get; init; }
    public ModelPackageModelCard? ModelCard { get; init; }
    public ModelLifeCycle? ModelLifeCycle { get; init; }
    [Length(1, 36), Pattern(@"[a-zA-Z0-9-]+")] public string? ClientToken { get; init; }
}

internal sealed record UpdateModelPackageOutput
{
    public string? ModelPackageArn { get; init; }
}
