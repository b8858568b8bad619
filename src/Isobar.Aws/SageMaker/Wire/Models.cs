// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record ContainerDefinition
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ContainerHostname { get; init; }
    [Length(0, 255), Pattern(@"[\S]+")] public string? Image { get; init; }
    public ImageConfig? ImageConfig { get; init; }
    [OneOf<ContainerMode>] public string? Mode { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? ModelDataUrl { get; init; }
    public ModelDataSource? ModelDataSource { get; init; }
    [Length(0, 5)] public IReadOnlyList<AdditionalModelDataSource>? AdditionalModelDataSources { get; init; }
    [Length(0, 100), Length(0, 1024, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 1024, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    [Length(1, 176), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?")] public string? ModelPackageName { get; init; }
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? InferenceSpecificationName { get; init; }
    public MultiModelConfig? MultiModelConfig { get; init; }
}

internal sealed record CreateModelInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelName { get; init; }
    public ContainerDefinition? PrimaryContainer { get; init; }
    [Length(0, 15)] public IReadOnlyList<ContainerDefinition>? Containers { get; init; }
    public InferenceExecutionConfig? InferenceExecutionConfig { get; init; }
    [Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? ExecutionRoleArn { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
}

internal sealed record CreateModelOutput
{
    public string? ModelArn { get; init; }
}

internal sealed record DeleteModelInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelName { get; init; }
}

internal sealed record DeploymentRecommendation
{
    public string? RecommendationStatus { get; init; }
    public IReadOnlyList<RealTimeInferenceRecommendation>? RealTimeInferenceRecommendations { get; init; }
}

internal sealed record DescribeModelInput
{
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelName { get; init; }
}

internal sealed record DescribeModelOutput
{
    public string? ModelName { get; init; }
    public ContainerDefinition? PrimaryContainer { get; init; }
    public IReadOnlyList<ContainerDefinition>? Containers { get; init; }
    public InferenceExecutionConfig? InferenceExecutionConfig { get; init; }
    public string? ExecutionRoleArn { get; init; }
    public VpcConfig? VpcConfig { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? ModelArn { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public DeploymentRecommendation? DeploymentRecommendation { get; init; }
}

internal sealed record ImageConfig
{
    [Required, OneOf<RepositoryAccessMode>] public string? RepositoryAccessMode { get; init; }
    public RepositoryAuthConfig? RepositoryAuthConfig { get; init; }
}

internal sealed record InferenceExecutionConfig
{
    [Required, OneOf<InferenceExecutionMode>] public string? Mode { get; init; }
}

internal sealed record ListModelsInput
{
    [OneOf<ModelSortKey>] public string? SortBy { get; init; }
    [OneOf<OrderKey>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
}

internal sealed record ListModelsOutput
{
    public IReadOnlyList<ModelSummary>? Models { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ModelSummary
{
    public string? ModelName { get; init; }
    public string? ModelArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
}

internal sealed record MultiModelConfig
{
    [OneOf<ModelCacheSetting>] public string? ModelCacheSetting { get; init; }
}

internal sealed record RealTimeInferenceRecommendation
{
    public string? RecommendationId { get; init; }
    public string? InstanceType { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

internal sealed record RepositoryAuthConfig
{
    [Required, Length(1, 2048), Pattern(@".*")] public string? RepositoryCredentialsProviderArn { get; init; }
}
