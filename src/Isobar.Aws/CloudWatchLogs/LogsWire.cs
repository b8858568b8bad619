using Isobar.Aws.Protocols.Validation;

namespace Isobar.Aws.CloudWatchLogs;

internal sealed record LogGroupRequest
{
    [Required, Length(1, 512), Pattern(@"[\.\-_/#A-Za-z0-9]+")] public string? LogGroupName { get; init; }
    [Range(1)] public int? RetentionInDays { get; init; }
}

internal sealed record LogStreamRequest
{
    [Required, Length(1, 512), Pattern(@"[\.\-_/#A-Za-z0-9]+")] public string? LogGroupName { get; init; }
    [Required, Length(1, 512), Pattern(@"[^:*]*")] public string? LogStreamName { get; init; }
}

internal sealed record DescribeLogGroupsRequest
{
    [Length(1, 512)] public string? LogGroupNamePrefix { get; init; }
    [Length(0, 512)] public string? LogGroupNamePattern { get; init; }
    public string? NextToken { get; init; }
    [Range(1, 50)] public int? Limit { get; init; }
}

internal sealed record DescribeLogStreamsRequest
{
    [Length(1, 512)] public string? LogGroupName { get; init; }
    [Length(1, 2048)] public string? LogGroupIdentifier { get; init; }
    [Length(1, 512)] public string? LogStreamNamePrefix { get; init; }
    [OneOf("LogStreamName", "LastEventTime")] public string? OrderBy { get; init; }
    public bool? Descending { get; init; }
    public string? NextToken { get; init; }
    [Range(1, 50)] public int? Limit { get; init; }
}

internal sealed record GetLogEventsRequest
{
    [Length(1, 512)] public string? LogGroupName { get; init; }
    [Length(1, 2048)] public string? LogGroupIdentifier { get; init; }
    [Required, Length(1, 512)] public string? LogStreamName { get; init; }
    [Range(0)] public long? StartTime { get; init; }
    [Range(0)] public long? EndTime { get; init; }
    public string? NextToken { get; init; }
    [Range(1, 10000)] public int? Limit { get; init; }
    public bool? StartFromHead { get; init; }
}

internal sealed record FilterLogEventsRequest
{
    [Length(1, 512)] public string? LogGroupName { get; init; }
    [Length(1, 2048)] public string? LogGroupIdentifier { get; init; }
    [Length(1, 100)] public IReadOnlyList<string>? LogStreamNames { get; init; }
    [Length(1, 512)] public string? LogStreamNamePrefix { get; init; }
    [Range(0)] public long? StartTime { get; init; }
    [Range(0)] public long? EndTime { get; init; }
    [Length(0, 1024)] public string? FilterPattern { get; init; }
    public string? NextToken { get; init; }
    [Range(1, 10000)] public int? Limit { get; init; }
}

internal sealed record PutLogEventsRequest
{
    [Required, Length(1, 512)] public string? LogGroupName { get; init; }
    [Required, Length(1, 512)] public string? LogStreamName { get; init; }
    [Required, Length(1, 10000)] public IReadOnlyList<InputLogEvent>? LogEvents { get; init; }
    public string? SequenceToken { get; init; }
}

internal sealed record InputLogEvent
{
    [Required, Range(0)] public long? Timestamp { get; init; }
    [Required, Length(1)] public string? Message { get; init; }
}

internal sealed record LogGroupShape(string LogGroupName, long CreationTime, int? RetentionInDays, int MetricFilterCount, string Arn, long StoredBytes, string LogGroupClass, string LogGroupArn);

internal sealed record DescribeLogGroupsResponse(IReadOnlyList<LogGroupShape> LogGroups, string? NextToken);

internal sealed record LogStreamShape(string LogStreamName, long CreationTime, long? FirstEventTimestamp, long? LastEventTimestamp, long? LastIngestionTime, string UploadSequenceToken, string Arn, long StoredBytes);

internal sealed record DescribeLogStreamsResponse(IReadOnlyList<LogStreamShape> LogStreams, string? NextToken);

internal sealed record OutputLogEvent(long Timestamp, string Message, long IngestionTime);

internal sealed record GetLogEventsResponse(IReadOnlyList<OutputLogEvent> Events, string NextForwardToken, string NextBackwardToken);

internal sealed record FilteredLogEvent(string LogStreamName, long Timestamp, string Message, long IngestionTime, string EventId);

internal sealed record FilterLogEventsResponse(IReadOnlyList<FilteredLogEvent> Events, IReadOnlyList<object> SearchedLogStreams, string? NextToken);

internal sealed record PutLogEventsResponse(string NextSequenceToken);
