// Made by tools/wire/generate.py from the public service model; do not edit.
using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.SageMaker.Wire;

internal sealed record CreateMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
    [Required] public MonitoringScheduleConfig? MonitoringScheduleConfig { get; init; }
    [Length(0, 50)] public IReadOnlyList<Tag>? Tags { get; init; }
}

internal sealed record CreateMonitoringScheduleResponse
{
    public string? MonitoringScheduleArn { get; init; }
}

internal sealed record DeleteMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
}

internal sealed record DescribeMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
}

internal sealed record DescribeMonitoringScheduleResponse
{
    public string? MonitoringScheduleArn { get; init; }
    public string? MonitoringScheduleName { get; init; }
    public string? MonitoringScheduleStatus { get; init; }
    public string? MonitoringType { get; init; }
    public string? FailureReason { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public MonitoringScheduleConfig? MonitoringScheduleConfig { get; init; }
    public string? EndpointName { get; init; }
    public MonitoringExecutionSummary? LastMonitoringExecutionSummary { get; init; }
}

internal sealed record ListMonitoringExecutionsRequest
{
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [OneOf<MonitoringExecutionSortKey>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    public DateTimeOffset? ScheduledTimeBefore { get; init; }
    public DateTimeOffset? ScheduledTimeAfter { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    [OneOf<ExecutionStatus>] public string? StatusEquals { get; init; }
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringJobDefinitionName { get; init; }
    [OneOf<MonitoringType>] public string? MonitoringTypeEquals { get; init; }
}

internal sealed record ListMonitoringExecutionsResponse
{
    public IReadOnlyList<MonitoringExecutionSummary>? MonitoringExecutionSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record ListMonitoringSchedulesRequest
{
    [Length(0, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? EndpointName { get; init; }
    [OneOf<MonitoringScheduleSortKey>] public string? SortBy { get; init; }
    [OneOf<SortOrder>] public string? SortOrder { get; init; }
    [Length(0, 8192), Pattern(@".*")] public string? NextToken { get; init; }
    [Range(1, 100)] public int? MaxResults { get; init; }
    [Length(0, 63), Pattern(@"[a-zA-Z0-9\-]+")] public string? NameContains { get; init; }
    public DateTimeOffset? CreationTimeBefore { get; init; }
    public DateTimeOffset? CreationTimeAfter { get; init; }
    public DateTimeOffset? LastModifiedTimeBefore { get; init; }
    public DateTimeOffset? LastModifiedTimeAfter { get; init; }
    [OneOf<ScheduleStatus>] public string? StatusEquals { get; init; }
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringJobDefinitionName { get; init; }
    [OneOf<MonitoringType>] public string? MonitoringTypeEquals { get; init; }
}

internal sealed record ListMonitoringSchedulesResponse
{
    public IReadOnlyList<MonitoringScheduleSummary>? MonitoringScheduleSummaries { get; init; }
    public string? NextToken { get; init; }
}

internal sealed record MonitoringAppSpecification
{
    [Required, Length(0, 255), Pattern(@".*")] public string? ImageUri { get; init; }
    [Length(1, 100), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerEntrypoint { get; init; }
    [Length(1, 50), Length(0, 256, On = On.Items), Pattern(@".*", On = On.Items)] public IReadOnlyList<string>? ContainerArguments { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? RecordPreprocessorSourceUri { get; init; }
    [Length(0, 1024), Pattern(@"(https|s3)://([^/]+)/?(.*)")] public string? PostAnalyticsProcessorSourceUri { get; init; }
}

internal sealed record MonitoringBaselineConfig
{
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? BaseliningJobName { get; init; }
    public MonitoringConstraintsResource? ConstraintsResource { get; init; }
    public MonitoringStatisticsResource? StatisticsResource { get; init; }
}

internal sealed record MonitoringExecutionSummary
{
    public string? MonitoringScheduleName { get; init; }
    public DateTimeOffset? ScheduledTime { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? MonitoringExecutionStatus { get; init; }
    public string? ProcessingJobArn { get; init; }
    public string? EndpointName { get; init; }
    public string? FailureReason { get; init; }
    public string? MonitoringJobDefinitionName { get; init; }
    public string? MonitoringType { get; init; }
}

internal sealed record MonitoringInput
{
    public EndpointInput? EndpointInput { get; init; }
    public BatchTransformInput? BatchTransformInput { get; init; }
}

internal sealed record MonitoringJobDefinition
{
    public MonitoringBaselineConfig? BaselineConfig { get; init; }
    [Required, Length(1, 1)] public IReadOnlyList<MonitoringInput>? MonitoringInputs { get; init; }
    [Required] public MonitoringOutputConfig? MonitoringOutputConfig { get; init; }
    [Required] public MonitoringResources? MonitoringResources { get; init; }
    [Required] public MonitoringAppSpecification? MonitoringAppSpecification { get; init; }
    public MonitoringStoppingCondition? StoppingCondition { get; init; }
    [Length(0, 50), Length(0, 256, On = On.Items), Pattern(@"[\S\s]*", On = On.Items), Length(0, 256, On = On.Keys), Pattern(@"[a-zA-Z_][a-zA-Z0-9_]*", On = On.Keys)] public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public NetworkConfig? NetworkConfig { get; init; }
    [Required, Length(20, 2048), Pattern(@"arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+")] public string? RoleArn { get; init; }
}

internal sealed record MonitoringScheduleConfig
{
    public ScheduleConfig? ScheduleConfig { get; init; }
    public MonitoringJobDefinition? MonitoringJobDefinition { get; init; }
    [Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringJobDefinitionName { get; init; }
    [OneOf<MonitoringType>] public string? MonitoringType { get; init; }
}

internal sealed record MonitoringScheduleSummary
{
    public string? MonitoringScheduleName { get; init; }
    public string? MonitoringScheduleArn { get; init; }
    public DateTimeOffset? CreationTime { get; init; }
    public DateTimeOffset? LastModifiedTime { get; init; }
    public string? MonitoringScheduleStatus { get; init; }
    public string? EndpointName { get; init; }
    public string? MonitoringJobDefinitionName { get; init; }
    public string? MonitoringType { get; init; }
}

internal sealed record ScheduleConfig
{
    [Required, Length(1, 256)] public string? ScheduleExpression { get; init; }
    public string? DataAnalysisStartTime { get; init; }
    public string? DataAnalysisEndTime { get; init; }
}

internal sealed record StartMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
}

internal sealed record StopMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
}

internal sealed record UpdateMonitoringScheduleRequest
{
    [Required, Length(1, 63), Pattern(@"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")] public string? MonitoringScheduleName { get; init; }
    [Required] public MonitoringScheduleConfig? MonitoringScheduleConfig { get; init; }
}

internal sealed record UpdateMonitoringScheduleResponse
{
    public string? MonitoringScheduleArn { get; init; }
}
