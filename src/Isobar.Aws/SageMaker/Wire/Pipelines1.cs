// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record AutoMLJobStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record CacheHitResult
{
    public string? SourcePipelineExecutionArn { get; init; }
}

internal sealed record CallbackStepMetadata
{
    public string? CallbackToken { get; init; }
    public string? SqsQueueUrl { get; init; }
    public IReadOnlyList<OutputParameter>? OutputParameters { get; init; }
}

internal sealed record ConditionStepMetadata
{
    public string? Outcome { get; init; }
}

internal sealed record CreatePipelineRequest
{
    [Required, Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineName { get; init; }
    [Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineDisplayName { get; init; }
    [Length(1, 1048576), Pattern(@".*(?:[ \r\n\t].*)*")] public string? PipelineDefinition { get; init; }
    public PipelineDefinitionS3Location? PipelineDefinitionS3Location { get; init; }
    [Length(0, 3072), Pattern(@".*")] public string? PipelineDescription { get; init; }
    [Required, Length(32, 128)] public string? ClientRequestToken { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
}

internal sealed record CreatePipelineResponse
{
    public string? PipelineArn { get; init; }
}

internal sealed record DeletePipelineRequest
{
    [Required, Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineName { get; init; }
    [Required, Length(32, 128)] public string? ClientRequestToken { get; init; }
}

internal sealed record DeletePipelineResponse
{
    public string? PipelineArn { get; init; }
}

internal sealed record DescribePipelineDefinitionForExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
}

internal sealed record DescribePipelineDefinitionForExecutionResponse
{
    public string? PipelineDefinition { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
}

internal sealed record DescribePipelineExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
}

internal sealed record DescribePipelineExecutionResponse
{
    public string? PipelineArn { get; init; }
    public string? PipelineExecutionArn { get; init; }
    public string? PipelineExecutionDisplayName { get; init; }
    public string? PipelineExecutionStatus { get; init; }
    public string? PipelineExecutionDescription { get; init; }
    public PipelineExperimentConfig? PipelineExperimentConfig { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
    public SelectiveExecutionConfig? SelectiveExecutionConfig { get; init; }
    public long? PipelineVersionId { get; init; }
    public MLflowConfiguration? MLflowConfig { get; init; }
}

internal sealed record DescribePipelineRequest
{
    [Required, Length(1, 2048), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})")] public string? PipelineName { get; init; }
    [Range(1, double.PositiveInfinity)] public long? PipelineVersionId { get; init; }
}

internal sealed record DescribePipelineResponse
{
    public string? PipelineArn { get; init; }
    public string? PipelineName { get; init; }
    public string? PipelineDisplayName { get; init; }
    public string? PipelineDefinition { get; init; }
    public string? PipelineDescription { get; init; }
    public string? RoleArn { get; init; }
    public string? PipelineStatus { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public DateTimeOffset? LastRunTime { get; init; }
    public UserContext? CreatedBy { get; init; }
    public UserContext? LastModifiedBy { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
    public string? PipelineVersionDisplayName { get; init; }
    public string? PipelineVersionDescription { get; init; }
}

internal sealed record FailStepMetadata
{
    public string? ErrorMessage { get; init; }
}

internal sealed record ListPipelineExecutionStepsRequest
{
    [Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
}

internal sealed record ListPipelineExecutionStepsResponse
{
    public IReadOnlyList<PipelineExecutionStep>? PipelineExecutionSteps { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListPipelineExecutionsRequest
{
    [Required, Length(1, 2048), Pattern(@"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:([0-9]{12}|aws):pipeline/.*)?([a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})")] public string? PipelineName { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    [OneOf<SortPipelineExecutionsBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListPipelineExecutionsResponse
{
    public IReadOnlyList<PipelineExecutionSummary>? PipelineExecutionSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListPipelineParametersForExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListPipelineParametersForExecutionResponse
{
    public IReadOnlyList<Parameter>? PipelineParameters { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListPipelinesRequest
{
    [Length(1, 256), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")] public string? PipelineNamePrefix { get; init; }
    public DateTimeOffset? CreatedAfter { get; init; }
    public DateTimeOffset? CreatedBefore { get; init; }
    [OneOf<SortPipelinesBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListPipelinesResponse
{
    public IReadOnlyList<PipelineSummary>? PipelineSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record MLflowConfiguration
{
    public string? MlflowResourceArn { get; init; }
    public string? MlflowExperimentName { get; init; }
}

internal sealed record ModelStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record OutputParameter
{
    [Required, Length(0, 256)] public string? Name { get; init; }
    [Required, Length(0, 1024)] public string? Value { get; init; }
}

internal sealed record ParallelismConfiguration
{
    [Required, Range(1, double.PositiveInfinity)] public int? MaxParallelExecutionSteps { get; init; }
}

internal sealed record Parameter
{
    [Required, Length(1, 256), Pattern(@"[A-Za-z0-9\-_]*")] public string? Name { get; init; }
    [Required, Length(0, 1024)] public string? Value { get; init; }
}

internal sealed record PipelineDefinitionS3Location
{
    [Required, Length(3, 63), Pattern(@"[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]")] public string? Bucket { get; init; }
    [Required, Length(1, 1024), Pattern(@".+")] public string? ObjectKey { get; init; }
    [Length(1, 1024), Pattern(@".+")] public string? VersionId { get; init; }
}

internal sealed record PipelineExecutionStep
{
    public string? StepName { get; init; }
    public string? StepDisplayName { get; init; }
    public string? StepDescription { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public DateTimeOffset? EndTime { get; init; }
    public string? StepStatus { get; init; }
    public CacheHitResult? CacheHitResult { get; init; }
    public string? FailureReason { get; init; }
    public PipelineExecutionStepMetadata? Metadata { get; init; }
    public int? AttemptCount { get; init; }
    public SelectiveExecutionResult? SelectiveExecutionResult { get; init; }
}

internal sealed record PipelineExecutionStepMetadata
{
    public TrainingJobStepMetadata? TrainingJob { get; init; }
    public ProcessingJobStepMetadata? ProcessingJob { get; init; }
    public TransformJobStepMetadata? TransformJob { get; init; }
    public TuningJobStepMetaData? TuningJob { get; init; }
    public ModelStepMetadata? Model { get; init; }
    public RegisterModelStepMetadata? RegisterModel { get; init; }
    public ConditionStepMetadata? Condition { get; init; }
    public CallbackStepMetadata? Callback { get; init; }
    public FailStepMetadata? Fail { get; init; }
    public AutoMLJobStepMetadata? AutoMLJob { get; init; }
}

internal sealed record PipelineExecutionSummary
{
    public string? PipelineExecutionArn { get; init; }
    public DateTimeOffset? StartTime { get; init; }
    public string? PipelineExecutionStatus { get; init; }
    public string? PipelineExecutionDescription { get; init; }
    public string? PipelineExecutionDisplayName { get; init; }
    public string? PipelineExecutionFailureReason { get; init; }
}

internal sealed record PipelineExperimentConfig
{
    public string? ExperimentName { get; init; }
    public string? TrialName { get; init; }
}

internal sealed record PipelineSummary
{
    public string? PipelineArn { get; init; }
    public string? PipelineName { get; init; }
    public string? PipelineDisplayName { get; init; }
    public string? PipelineDescription { get; init; }
    public string? RoleArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public DateTimeOffset? LastExecutionTime { get; init; }
}

internal sealed record ProcessingJobStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record RegisterModelStepMetadata
{
    public string? Arn { get; init; }
}

internal sealed record RetryPipelineExecutionRequest
{
    [Required, Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? PipelineExecutionArn { get; init; }
    [Required, Length(32, 128)] public string? ClientRequestToken { get; init; }
    public ParallelismConfiguration? ParallelismConfiguration { get; init; }
}

internal sealed record RetryPipelineExecutionResponse
{
    public string? PipelineExecutionArn { get; init; }
}

internal sealed record SelectedStep
{
    [Required, Length(0, 256)] public string? StepName { get; init; }
}

internal sealed record SelectiveExecutionConfig
{
    [Length(0, 2048), Pattern(@"arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:pipeline\/.*\/execution\/.*")] public string? SourcePipelineExecutionArn { get; init; }
    [Required, Length(1, 50)] public IReadOnlyList<SelectedStep>? SelectedSteps { get; init; }
}

internal sealed record SelectiveExecutionResult
{
    public string? SourcePipelineExecutionArn { get; init; }
}

internal sealed record SendPipelineExecutionStepFailureRequest
{
    [Required, Length(10, 10), Pattern(@"[a-zA-Z0-9]+")] public string? CallbackToken { get; init; }
    [Length(0, 256)] public string? FailureReason { get; init; }
    [Length(32, 128)] public string? ClientRequestToken { get; init; }
}

internal sealed record SendPipelineExecutionStepFailureResponse
{
    public string? PipelineExecutionArn { get; init; }
}

internal sealed record SendPipelineExecutionStepSuccessRequest
{
    [Required, Length(10, 10), Pattern(@"[a-zA-Z0-9]+")] public string? CallbackToken { get; init; }
    [Length(0, 50)] public IReadOnlyList<OutputParameter>? OutputParameters { get; init; }
    [Length(32, 128)] public string? ClientRequestToken { get; init; }
}

internal sealed record SendPipelineExecutionStepSuccessResponse
{
    public string? PipelineExecutionArn { get; init; }
}
