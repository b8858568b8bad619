// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AutoMLAlgorithmConfig
{
    [Required, Length(0, 11), OneOf<AutoMLAlgorithm>(On = On.Items)] public IReadOnlyList<string>? AutoMLAlgorithms { get; init; }
}

internal sealed record AutoMLCandidate
{
    public string? CandidateName { get; init; }
    public FinalAutoMLJobObjectiveMetric? FinalAutoMLJobObjectiveMetric { get; init; }
    public string? ObjectiveStatus { get; init; }
    public IReadOnlyList<AutoMLCandidateStep>? CandidateSteps { get; init; }
    public string? CandidateStatus { get; init; }
    public IReadOnlyList<AutoMLContainerDefinition>? InferenceContainers { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? FailureReason { get; init; }
    public CandidateProperties? CandidateProperties { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<AutoMLContainerDefinition>>? InferenceContainerDefinitions { get; init; }
}

internal sealed record AutoMLCandidateGenerationConfig
{
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? FeatureSpecificationS3Uri { get; init; }
    [Length(0, 1)] public IReadOnlyList<AutoMLAlgorithmConfig>? AlgorithmsConfig { get; init; }
}

internal sealed record AutoMLCandidateStep
{
    public string? CandidateStepType { get; init; }
    public string? CandidateStepArn { get; init; }
    public string? CandidateStepName { get; init; }
}

internal sealed record AutoMLChannel
{
    public AutoMLDataSource? DataSource { get; init; }
    [OneOf<CompressionType>] public string? CompressionType { get; init; }
    [Required, Length(1)] public string? TargetAttributeName { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [OneOf<AutoMLChannelType>] public string? ChannelType { get; init; }
    [Length(1, 256), Pattern(@"[a-zA-Z0-9_-]+")] public string? SampleWeightAttributeName { get; init; }
}

internal sealed record AutoMLComputeConfig
{
    public EmrServerlessComputeConfig? EmrServerlessComputeConfig { get; init; }
}

internal sealed record AutoMLContainerDefinition
{
    public string? Image { get; init; }
    public string? ModelDataUrl { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
}

internal sealed record AutoMLDataSource
{
    [Required] public AutoMLS3DataSource? S3DataSource { get; init; }
}

internal sealed record AutoMLDataSplitConfig
{
    [Range(0, 1)] public double? ValidationFraction { get; init; }
}

internal sealed record AutoMLJobArtifacts
{
    public string? CandidateDefinitionNotebookLocation { get; init; }
    public string? DataExplorationNotebookLocation { get; init; }
}

internal sealed record AutoMLJobChannel
{
    [OneOf<AutoMLChannelType>] public string? ChannelType { get; init; }
    [Length(0, 256), Pattern(@".*")] public string? ContentType { get; init; }
    [OneOf<CompressionType>] public string? CompressionType { get; init; }
    public AutoMLDataSource? DataSource { get; init; }
}

internal sealed record AutoMLJobCompletionCriteria
{
    [Range(1, 750)] public int? MaxCandidates { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxRuntimePerTrainingJobInSeconds { get; init; }
    [Range(1, double.PositiveInfinity)] public int? MaxAutoMLJobRuntimeInSeconds { get; init; }
}

internal sealed record AutoMLJobConfig
{
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    public AutoMLSecurityConfig? SecurityConfig { get; init; }
    public AutoMLCandidateGenerationConfig? CandidateGenerationConfig { get; init; }
    public AutoMLDataSplitConfig? DataSplitConfig { get; init; }
    [OneOf<AutoMLMode>] public string? Mode { get; init; }
}

internal sealed record AutoMLJobObjective
{
    [Required, OneOf<AutoMLMetricEnum>] public string? MetricName { get; init; }
}

internal sealed record AutoMLJobSummary
{
    public string? AutoMLJobName { get; init; }
    public string? AutoMLJobArn { get; init; }
    public string? AutoMLJobStatus { get; init; }
    public string? AutoMLJobSecondaryStatus { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? FailureReason { get; init; }
    public IReadOnlyList<AutoMLPartialFailureReason>? PartialFailureReasons { get; init; }
}

internal sealed record AutoMLOutputDataConfig
{
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? KmsKeyId { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3OutputPath { get; init; }
}

internal sealed record AutoMLPartialFailureReason
{
    public string? PartialFailureMessage { get; init; }
}

internal sealed record AutoMLProblemTypeConfig
{
    public ImageClassificationJobConfig? ImageClassificationJobConfig { get; init; }
    public TextClassificationJobConfig? TextClassificationJobConfig { get; init; }
    public TimeSeriesForecastingJobConfig? TimeSeriesForecastingJobConfig { get; init; }
    public TabularJobConfig? TabularJobConfig { get; init; }
    public TextGenerationJobConfig? TextGenerationJobConfig { get; init; }
}

internal sealed record AutoMLProblemTypeResolvedAttributes
{
    public TabularResolvedAttributes? TabularResolvedAttributes { get; init; }
    public TextGenerationResolvedAttributes? TextGenerationResolvedAttributes { get; init; }
}

internal sealed record AutoMLResolvedAttributes
{
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
    public AutoMLProblemTypeResolvedAttributes? AutoMLProblemTypeResolvedAttributes { get; init; }
}

internal sealed record AutoMLS3DataSource
{
    [Required, OneOf<AutoMLS3DataType>] public string? S3DataType { get; init; }
    [Required, Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? S3Uri { get; init; }
}

internal sealed record AutoMLSecurityConfig
{
    [Length(0, 2048), Pattern(@"[a-zA-Z0-9:/_-]*")] public string? VolumeKmsKeyId { get; init; }
    public bool? EnableInterContainerTrafficEncryption { get; init; }
    public VpcConfig? VpcConfig { get; init; }
}

internal sealed record CandidateArtifactLocations
{
    public string? Explainability { get; init; }
    public string? ModelInsights { get; init; }
    public string? BacktestResults { get; init; }
}

internal sealed record CandidateGenerationConfig
{
    [Length(0, 1)] public IReadOnlyList<AutoMLAlgorithmConfig>? AlgorithmsConfig { get; init; }
}

internal sealed record CandidateProperties
{
    public CandidateArtifactLocations? CandidateArtifactLocations { get; init; }
    public IReadOnlyList<MetricDatum>? CandidateMetrics { get; init; }
}

internal sealed record CreateAutoMLJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
    [Required, Length(1, 2)] public IReadOnlyList<AutoMLChannel>? InputDataConfig { get; init; }
    [Required] public AutoMLOutputDataConfig? OutputDataConfig { get; init; }
    [OneOf<ProblemType>] public string? ProblemType { get; init; }
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public AutoMLJobConfig? AutoMLJobConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    public bool? GenerateCandidateDefinitionsOnly { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public ModelDeployConfig? ModelDeployConfig { get; init; }
}

internal sealed record CreateAutoMLJobResponse
{
    public string? AutoMLJobArn { get; init; }
}

internal sealed record CreateAutoMLJobV2Request
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
    [Required, Length(1, 2)] public IReadOnlyList<AutoMLJobChannel>? AutoMLJobInputDataConfig { get; init; }
    [Required] public AutoMLOutputDataConfig? OutputDataConfig { get; init; }
    [Required] public AutoMLProblemTypeConfig? AutoMLProblemTypeConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public AutoMLSecurityConfig? SecurityConfig { get; init; }
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public ModelDeployConfig? ModelDeployConfig { get; init; }
    public AutoMLDataSplitConfig? DataSplitConfig { get; init; }
    public AutoMLComputeConfig? AutoMLComputeConfig { get; init; }
}

internal sealed record CreateAutoMLJobV2Response
{
    public string? AutoMLJobArn { get; init; }
}

internal sealed record DescribeAutoMLJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
}

internal sealed record DescribeAutoMLJobResponse
{
    public string? AutoMLJobName { get; init; }
    public string? AutoMLJobArn { get; init; }
    public IReadOnlyList<AutoMLChannel>? InputDataConfig { get; init; }
    public AutoMLOutputDataConfig? OutputDataConfig { get; init; }
    public string? RoleArn { get; init; }
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public string? ProblemType { get; init; }
    public AutoMLJobConfig? AutoMLJobConfig { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? FailureReason { get; init; }
    public IReadOnlyList<AutoMLPartialFailureReason>? PartialFailureReasons { get; init; }
    public AutoMLCandidate? BestCandidate { get; init; }
    public string? AutoMLJobStatus { get; init; }
    public string? AutoMLJobSecondaryStatus { get; init; }
    public bool? GenerateCandidateDefinitionsOnly { get; init; }
    public AutoMLJobArtifacts? AutoMLJobArtifacts { get; init; }
    public ResolvedAttributes? ResolvedAttributes { get; init; }
    public ModelDeployConfig? ModelDeployConfig { get; init; }
    public ModelDeployResult? ModelDeployResult { get; init; }
}

internal sealed record DescribeAutoMLJobV2Request
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
}

internal sealed record DescribeAutoMLJobV2Response
{
    public string? AutoMLJobName { get; init; }
    public string? AutoMLJobArn { get; init; }
    public IReadOnlyList<AutoMLJobChannel>? AutoMLJobInputDataConfig { get; init; }
    public AutoMLOutputDataConfig? OutputDataConfig { get; init; }
    public string? RoleArn { get; init; }
    public AutoMLJobObjective? AutoMLJobObjective { get; init; }
    public AutoMLProblemTypeConfig? AutoMLProblemTypeConfig { get; init; }
    public string? AutoMLProblemTypeConfigName { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? FailureReason { get; init; }
    public IReadOnlyList<AutoMLPartialFailureReason>? PartialFailureReasons { get; init; }
    public AutoMLCandidate? BestCandidate { get; init; }
    public string? AutoMLJobStatus { get; init; }
    public string? AutoMLJobSecondaryStatus { get; init; }
    public AutoMLJobArtifacts? AutoMLJobArtifacts { get; init; }
    public AutoMLResolvedAttributes? ResolvedAttributes { get; init; }
    public ModelDeployConfig? ModelDeployConfig { get; init; }
    public ModelDeployResult? ModelDeployResult { get; init; }
    public AutoMLDataSplitConfig? DataSplitConfig { get; init; }
    public AutoMLSecurityConfig? SecurityConfig { get; init; }
    public AutoMLComputeConfig? AutoMLComputeConfig { get; init; }
}

internal sealed record EmrServerlessComputeConfig
{
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? ExecutionRoleARN { get; init; }
}

internal sealed record FinalAutoMLJobObjectiveMetric
{
    public string? Type { get; init; }
    public string? MetricName { get; init; }
    public double? Value { get; init; }
    public string? StandardMetricName { get; init; }
}

internal sealed record HolidayConfigAttributes
{
    [Length(2, 2), Pattern(@"[A-Z]{2}")] public string? CountryCode { get; init; }
}

internal sealed record ImageClassificationJobConfig
{
    public AutoMLJobCompletionCriteria? CompletionCriteria { get; init; }
}

internal sealed record ListAutoMLJobsRequest
{
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    [OneOf<AutoMLJobStatus>] public string? StatusEquals { get; init; }
    [OneOf<AutoMLSortOrder>] public string? SortOrder { get; init; }
    [OneOf<AutoMLSortBy>] public string? SortBy { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
}

internal sealed record ListAutoMLJobsResponse
{
    public IReadOnlyList<AutoMLJobSummary>? AutoMLJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListCandidatesForAutoMLJobRequest
{
    [Required, Length(1, 32), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,31}")] public string? AutoMLJobName { get; init; }
    [OneOf<CandidateStatus>] public string? StatusEquals { get; init; }
    [Length(1, 64)] public string? CandidateNameEquals { get; init; }
    [OneOf<AutoMLSortOrder>] public string? SortOrder { get; init; }
    [OneOf<CandidateSortBy>] public string? SortBy { get; init; }
    [Range(1, 300)] public int? MaxResults { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
}

internal sealed record ListCandidatesForAutoMLJobResponse
{
    public IReadOnlyList<AutoMLCandidate>? Candidates { get; init; }
    public string? NextToken { get; init; }
}
