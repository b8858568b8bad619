// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CreateDataQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
    public DataQualityBaselineConfig? DataQualityBaselineConfig { get; init; }
    [Required] public DataQualityAppSpecification? DataQualityAppSpecification { get; init; }
    [Required] public DataQualityJobInput? DataQualityJobInput { get; init; }
    [Required] public MonitoringOutputConfig? DataQualityJobOutputConfig { get; init; }
    [Required] public MonitoringResources? JobResources { get; init; }
    public MonitoringNetworkConfig? NetworkConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    public MonitoringStoppingCondition? StoppingCondition { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateDataQualityJobDefinitionResponse
{
    public string? JobDefinitionArn { get; init; }
}

internal sealed record CreateModelQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
    public ModelQualityBaselineConfig? ModelQualityBaselineConfig { get; init; }
    [Required] public ModelQualityAppSpecification? ModelQualityAppSpecification { get; init; }
    [Required] public ModelQualityJobInput? ModelQualityJobInput { get; init; }
    [Required] public MonitoringOutputConfig? ModelQualityJobOutputConfig { get; init; }
    [Required] public MonitoringResources? JobResources { get; init; }
    public MonitoringNetworkConfig? NetworkConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    public MonitoringStoppingCondition? StoppingCondition { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateModelQualityJobDefinitionResponse
{
    public string? JobDefinitionArn { get; init; }
}

internal sealed record DataQualityAppSpecification
{
    [Required, Length(0, 255), Pattern(@".*")] public string? ImageUri { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerEntrypoint { get; init; }
    [Length(1, 50), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerArguments { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? RecordPreprocessorSourceUri { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? PostAnalyticsProcessorSourceUri { get; init; }
    [Length(0, 50), Length(0, 256, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

internal sealed record DataQualityBaselineConfig
{
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? BaseliningJobName { get; init; }
    public MonitoringConstraintsResource? ConstraintsResource { get; init; }
    public MonitoringStatisticsResource? StatisticsResource { get; init; }
}

internal sealed record DataQualityJobInput
{
    public EndpointInput? EndpointInput { get; init; }
    public BatchTransformInput? BatchTransformInput { get; init; }
}

internal sealed record DeleteDataQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
}

internal sealed record DeleteModelQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
}

internal sealed record DescribeDataQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
}

internal sealed record DescribeDataQualityJobDefinitionResponse
{
    public string? JobDefinitionArn { get; init; }
    public string? JobDefinitionName { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DataQualityBaselineConfig? DataQualityBaselineConfig { get; init; }
    public DataQualityAppSpecification? DataQualityAppSpecification { get; init; }
    public DataQualityJobInput? DataQualityJobInput { get; init; }
    public MonitoringOutputConfig? DataQualityJobOutputConfig { get; init; }
    public MonitoringResources? JobResources { get; init; }
    public MonitoringNetworkConfig? NetworkConfig { get; init; }
    public string? RoleArn { get; init; }
    public MonitoringStoppingCondition? StoppingCondition { get; init; }
}

internal sealed record DescribeModelQualityJobDefinitionRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? JobDefinitionName { get; init; }
}

internal sealed record DescribeModelQualityJobDefinitionResponse
{
    public string? JobDefinitionArn { get; init; }
    public string? JobDefinitionName { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public ModelQualityBaselineConfig? ModelQualityBaselineConfig { get; init; }
    public ModelQualityAppSpecification? ModelQualityAppSpecification { get; init; }
    public ModelQualityJobInput? ModelQualityJobInput { get; init; }
    public MonitoringOutputConfig? ModelQualityJobOutputConfig { get; init; }
    public MonitoringResources? JobResources { get; init; }
    public MonitoringNetworkConfig? NetworkConfig { get; init; }
    public string? RoleArn { get; init; }
    public MonitoringStoppingCondition? StoppingCondition { get; init; }
}

internal sealed record ListDataQualityJobDefinitionsRequest
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [OneOf<MonitoringJobDefinitionSortKey>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
}

internal sealed record ListDataQualityJobDefinitionsResponse
{
    public IReadOnlyList<MonitoringJobDefinitionSummary>? JobDefinitionSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListModelQualityJobDefinitionsRequest
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [OneOf<MonitoringJobDefinitionSortKey>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
}

internal sealed record ListModelQualityJobDefinitionsResponse
{
    public IReadOnlyList<MonitoringJobDefinitionSummary>? JobDefinitionSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ModelQualityAppSpecification
{
    [Required, Length(0, 255), Pattern(@".*")] public string? ImageUri { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerEntrypoint { get; init; }
    [Length(1, 50), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerArguments { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? RecordPreprocessorSourceUri { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? PostAnalyticsProcessorSourceUri { get; init; }
    [OneOf<MonitoringProblemType>] public string? ProblemType { get; init; }
    [Length(0, 50), Length(0, 256, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

internal sealed record ModelQualityBaselineConfig
{
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? BaseliningJobName { get; init; }
    public MonitoringConstraintsResource? ConstraintsResource { get; init; }
}

internal sealed record ModelQualityJobInput
{
    public EndpointInput? EndpointInput { get; init; }
    public BatchTransformInput? BatchTransformInput { get; init; }
    [Required] public MonitoringGroundTruthS3Input? GroundTruthS3Input { get; init; }
}

internal sealed record MonitoringGroundTruthS3Input
{
    [Length(0, 512), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record MonitoringJobDefinitionSummary
{
    public string? MonitoringJobDefinitionName { get; init; }
    public string? MonitoringJobDefinitionArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? EndpointName { get; init; }
}

internal sealed record MonitoringNetworkConfig
{
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public bool? EnableNetworkIsolation { get; init; }
    public VpcConfig? VpcConfig { get; init; }
}
