// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CreateProcessingJobRequest
{
    [Length(0, 10)] public IReadOnlyList<ProcessingInput>? ProcessingInputs { get; init; }
    public ProcessingOutputConfig? ProcessingOutputConfig { get; init; }
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ProcessingJobName { get; init; }
    [Required] public ProcessingResources? ProcessingResources { get; init; }
    public ProcessingStoppingCondition? StoppingCondition { get; init; }
    [Required] public AppSpecification? AppSpecification { get; init; }
    [Length(0, 100), Length(0, 256, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public NetworkConfig? NetworkConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
}

internal sealed record CreateProcessingJobResponse
{
    public string? ProcessingJobArn { get; init; }
}

internal sealed record DescribeProcessingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ProcessingJobName { get; init; }
}

internal sealed record DescribeProcessingJobResponse
{
    public IReadOnlyList<ProcessingInput>? ProcessingInputs { get; init; }
    public ProcessingOutputConfig? ProcessingOutputConfig { get; init; }
    public string? ProcessingJobName { get; init; }
    public ProcessingResources? ProcessingResources { get; init; }
    public ProcessingStoppingCondition? StoppingCondition { get; init; }
    public AppSpecification? AppSpecification { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public NetworkConfig? NetworkConfig { get; init; }
    public string? RoleArn { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
    public string? ProcessingJobArn { get; init; }
    public string? ProcessingJobStatus { get; init; }
    public string? ExitMessage { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? ProcessingEndTime { get; init; }
    public DateTimeOffset? ProcessingStartTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public string? MonitoringScheduleArn { get; init; }
    public string? AutoMLJobArn { get; init; }
    public string? TrainingJobArn { get; init; }
}

internal sealed record ListProcessingJobsRequest
{
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    public string? NameContains { get; init; }
    [OneOf<ProcessingJobStatus>] public string? StatusEquals { get; init; }
    [OneOf<SortBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListProcessingJobsResponse
{
    public IReadOnlyList<ProcessingJobSummary>? ProcessingJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ProcessingJobSummary
{
    public string? ProcessingJobName { get; init; }
    public string? ProcessingJobArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? ProcessingEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? ProcessingJobStatus { get; init; }
    public string? FailureReason { get; init; }
    public string? ExitMessage { get; init; }
}

internal sealed record StopProcessingJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? ProcessingJobName { get; init; }
}
