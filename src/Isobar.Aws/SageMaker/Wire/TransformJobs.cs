// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CreateTransformJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TransformJobName { get; init; }
    [Required, Length(0, 63), Pattern(@"[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?")] public string? ModelName { get; init; }
    [Range(0, double.PositiveInfinity)] public int? MaxConcurrentTransforms { get; init; }
    public ModelClientConfig? ModelClientConfig { get; init; }
    [Range(0, double.PositiveInfinity)] public int? MaxPayloadInMB { get; init; }
    [OneOf<BatchStrategy>] public string? BatchStrategy { get; init; }
    [Length(0, 16), Length(0, 10240, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 1024, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]{0,1023}", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    [Required] public TransformInput? TransformInput { get; init; }
    [Required] public TransformOutput? TransformOutput { get; init; }
    public BatchDataCaptureConfig? DataCaptureConfig { get; init; }
    [Required] public TransformResources? TransformResources { get; init; }
    public DataProcessing? DataProcessing { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
}

internal sealed record CreateTransformJobResponse
{
    public string? TransformJobArn { get; init; }
}

internal sealed record DescribeTransformJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TransformJobName { get; init; }
}

internal sealed record DescribeTransformJobResponse
{
    public string? TransformJobName { get; init; }
    public string? TransformJobArn { get; init; }
    public string? TransformJobStatus { get; init; }
    public string? FailureReason { get; init; }
    public string? ModelName { get; init; }
    public int? MaxConcurrentTransforms { get; init; }
    public ModelClientConfig? ModelClientConfig { get; init; }
    public int? MaxPayloadInMB { get; init; }
    public string? BatchStrategy { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public TransformInput? TransformInput { get; init; }
    public TransformOutput? TransformOutput { get; init; }
    public BatchDataCaptureConfig? DataCaptureConfig { get; init; }
    public TransformResources? TransformResources { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TransformStartTime { get; init; }
    public DateTimeOffset? TransformEndTime { get; init; }
    public string? LabelingJobArn { get; init; }
    public string? AutoMLJobArn { get; init; }
    public DataProcessing? DataProcessing { get; init; }
    public ExperimentConfig? ExperimentConfig { get; init; }
}

internal sealed record ListTransformJobsRequest
{
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    [OneOf<TransformJobStatus>] public string? StatusEquals { get; init; }
    [OneOf<SortBy>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
}

internal sealed record ListTransformJobsResponse
{
    public IReadOnlyList<TransformJobSummary>? TransformJobSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record StopTransformJobRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? TransformJobName { get; init; }
}

internal sealed record TransformJobSummary
{
    public string? TransformJobName { get; init; }
    public string? TransformJobArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? TransformEndTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? TransformJobStatus { get; init; }
    public string? FailureReason { get; init; }
}
