using System.Globalization;
using Isobar.Aws.Protocols;
using Isobar.Core.Support;
using Isobar.Engine.Logs;

namespace Isobar.Aws.CloudWatchLogs;

/// <summary>CloudWatch Logs, 2014-03-28, over the engine's log store.</summary>
internal sealed class LogsService : AwsRpcService
{
    private const string Realm = "aws";
    private readonly ILogStore _logs;

    public LogsService(ILogStore logs)
        : base("CloudWatch Logs", new RpcIdentity { TargetPrefix = "Logs_20140328", SigningNames = ["logs"] })
    {
        _logs = logs;
        var json = ReflectedJson.Camel;
        Operation("CreateLogGroup", json.Of<LogGroupRequest>(), async (r, _, ct) =>
            await _logs.CreateGroupAsync(Realm, r.LogGroupName!, ct) ? NoReply.Value : new AwsError("ResourceAlreadyExistsException", "The specified log group already exists"));
        Operation("DeleteLogGroup", json.Of<LogGroupRequest>(), async (r, _, ct) => await _logs.DeleteAsync(Realm, r.LogGroupName!, null, ct) ? NoReply.Value : MissingGroup);
        Operation("PutRetentionPolicy", json.Of<LogGroupRequest>(), async (r, _, ct) => await _logs.SetRetentionAsync(Realm, r.LogGroupName!, r.RetentionInDays, ct) ? NoReply.Value : MissingGroup, SupportLevel.StateOnly, "kept, lines are not expired");
        Operation("DeleteRetentionPolicy", json.Of<LogGroupRequest>(), async (r, _, ct) => await _logs.SetRetentionAsync(Realm, r.LogGroupName!, null, ct) ? NoReply.Value : MissingGroup, SupportLevel.StateOnly);
        Operation("CreateLogStream", json.Of<LogStreamRequest>(), CreateLogStreamAsync);
        Operation("DeleteLogStream", json.Of<LogStreamRequest>(), async (r, _, ct) => await _logs.DeleteAsync(Realm, r.LogGroupName!, r.LogStreamName, ct) ? NoReply.Value : MissingStream);
        Operation("DescribeLogGroups", json.Of<DescribeLogGroupsRequest>(), json.Of<DescribeLogGroupsResponse>(), DescribeLogGroupsAsync);
        Operation("DescribeLogStreams", json.Of<DescribeLogStreamsRequest>(), json.Of<DescribeLogStreamsResponse>(), DescribeLogStreamsAsync);
        Operation("GetLogEvents", json.Of<GetLogEventsRequest>(), json.Of<GetLogEventsResponse>(), GetLogEventsAsync);
        Operation("FilterLogEvents", json.Of<FilterLogEventsRequest>(), json.Of<FilterLogEventsResponse>(), FilterLogEventsAsync);
        Operation("PutLogEvents", json.Of<PutLogEventsRequest>(), json.Of<PutLogEventsResponse>(), PutLogEventsAsync);
    }

    protected override AwsError Invalid(string message) => new("InvalidParameterException", message);

    private static AwsError MissingGroup { get; } = new("ResourceNotFoundException", "The specified log group does not exist.");
    private static AwsError MissingStream { get; } = new("ResourceNotFoundException", "The specified log stream does not exist.");

    private async Task<AwsResult<NoReply>> CreateLogStreamAsync(LogStreamRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!await HasGroupAsync(request.LogGroupName!, ct)) return MissingGroup;
        return await _logs.CreateStreamAsync(new LogStreamName(Realm, request.LogGroupName!, request.LogStreamName!), ct)
            ? NoReply.Value
            : new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
    }

    private async Task<AwsResult<DescribeLogGroupsResponse>> DescribeLogGroupsAsync(DescribeLogGroupsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var groups = (await _logs.ListGroupsAsync(Realm, request.LogGroupNamePrefix ?? "", ct)).Where(g => request.LogGroupNamePattern is not { } part || g.Group.Contains(part, StringComparison.OrdinalIgnoreCase));
        var cut = Paging.Cut(groups, g => g.Group, g => g.Group, descending: false, request.Limit, request.NextToken, defaultSize: 50);
        if (!cut.TryGet(out var page, out var failure)) return failure;
        return new DescribeLogGroupsResponse([.. page.Items.Select(g => new LogGroupShape(
            g.Group, g.Created.ToUnixTimeMilliseconds(), g.RetentionDays, 0, Arn.Of(caller, "logs", $"log-group:{g.Group}:*").ToString(), g.Bytes, "STANDARD", Arn.Of(caller, "logs", $"log-group:{g.Group}").ToString()))], page.NextToken);
    }

    private async Task<AwsResult<DescribeLogStreamsResponse>> DescribeLogStreamsAsync(DescribeLogStreamsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var group = GroupOf(request.LogGroupName, request.LogGroupIdentifier);
        if (!await HasGroupAsync(group, ct)) return MissingGroup;
        var streams = await _logs.ListStreamsAsync(Realm, group, request.LogStreamNamePrefix ?? "", ct);
        var cut = Paging.Cut(streams, s => request.OrderBy == "LastEventTime" ? s.Last ?? s.Created : s.Name.Stream, s => s.Name.Stream, request.Descending ?? false, request.Limit, request.NextToken, defaultSize: 50);
        if (!cut.TryGet(out var page, out var failure)) return failure;
        return new DescribeLogStreamsResponse([.. page.Items.Select(s => new LogStreamShape(
            s.Name.Stream, s.Created.ToUnixTimeMilliseconds(), s.First?.ToUnixTimeMilliseconds(), s.Last?.ToUnixTimeMilliseconds(), s.Last?.ToUnixTimeMilliseconds(), "0",
            Arn.Of(caller, "logs", $"log-group:{group}:log-stream:{s.Name.Stream}").ToString(), s.Bytes))], page.NextToken);
    }

    private async Task<AwsResult<GetLogEventsResponse>> GetLogEventsAsync(GetLogEventsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var group = GroupOf(request.LogGroupName, request.LogGroupIdentifier);
        if (!await HasGroupAsync(group, ct)) return MissingGroup;
        if ((await _logs.ListStreamsAsync(Realm, group, request.LogStreamName!, ct)).All(s => s.Name.Stream != request.LogStreamName)) return MissingStream;
        // f/ and b/ tell which way a token leads; a token that comes back unchanged tells the client that it has reached the end.
        var (backward, place) = request.NextToken switch
        {
            null => (request.StartFromHead != true, null),
            ['f', '/', .. var rest] => (false, rest),
            ['b', '/', .. var rest] => (true, rest),
            _ => (false, (string?)"?"),
        };
        if (place == "?") return new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
        var page = await _logs.ReadAsync(new LogQuery(Realm, group)
        {
            Stream = request.LogStreamName,
            From = Time(request.StartTime),
            To = Time(request.EndTime),
            Continue = place,
            Backward = backward,
            Limit = request.Limit ?? 10_000,
        }, ct);
        return new GetLogEventsResponse([.. page.Lines.Select(l => new OutputLogEvent(l.Time.ToUnixTimeMilliseconds(), l.Message, l.Ingested.ToUnixTimeMilliseconds()))], "f/" + page.Forward, "b/" + page.Backward);
    }

    private async Task<AwsResult<FilterLogEventsResponse>> FilterLogEventsAsync(FilterLogEventsRequest request, AwsCaller caller, CancellationToken ct)
    {
        var group = GroupOf(request.LogGroupName, request.LogGroupIdentifier);
        if (!await HasGroupAsync(group, ct)) return MissingGroup;
        if (FilterPattern.Parse(request.FilterPattern) is not { } filter) return new AwsError("InvalidParameterException", $"Invalid filter pattern '{request.FilterPattern}'");
        var page = await _logs.ReadAsync(new LogQuery(Realm, group)
        {
            Stream = request.LogStreamNames is [var only] ? only : null,
            StreamPrefix = request.LogStreamNamePrefix,
            From = Time(request.StartTime),
            To = Time(request.EndTime) is { } end ? end.AddMilliseconds(1) : null,
            Continue = request.NextToken,
            Limit = request.Limit ?? 10_000,
        }, ct);
        var lines = page.Lines.Where(l => (request.LogStreamNames is not { Count: > 1 } names || names.Contains(l.Stream.Stream)) && filter.Matches(l.Message));
        return new FilterLogEventsResponse(
            [.. lines.Select(l => new FilteredLogEvent(l.Stream.Stream, l.Time.ToUnixTimeMilliseconds(), l.Message, l.Ingested.ToUnixTimeMilliseconds(), $"{l.Stream.Stream}/{l.Sequence.ToString(CultureInfo.InvariantCulture)}"))],
            [], page.AtEnd ? null : page.Forward);
    }

    private async Task<AwsResult<PutLogEventsResponse>> PutLogEventsAsync(PutLogEventsRequest request, AwsCaller caller, CancellationToken ct)
    {
        if (!await HasGroupAsync(request.LogGroupName!, ct)) return MissingGroup;
        if ((await _logs.ListStreamsAsync(Realm, request.LogGroupName!, request.LogStreamName!, ct)).All(s => s.Name.Stream != request.LogStreamName)) return MissingStream;
        foreach (var line in request.LogEvents!)
            _logs.Append(new LogStreamName(Realm, request.LogGroupName!, request.LogStreamName!), DateTimeOffset.FromUnixTimeMilliseconds(line.Timestamp!.Value), line.Message!);
        await _logs.FlushAsync(ct);
        return new PutLogEventsResponse("0");
    }

    private async Task<bool> HasGroupAsync(string group, CancellationToken ct) => (await _logs.ListGroupsAsync(Realm, group, ct)).Any(g => g.Group == group);

    private static string GroupOf(string? name, string? identifier)
    {
        if (name is not null || identifier is null) return name ?? "";
        const string marker = ":log-group:";
        var at = identifier.IndexOf(marker, StringComparison.Ordinal);
        return (at < 0 ? identifier : identifier[(at + marker.Length)..]).TrimEnd('*').TrimEnd(':');
    }

    private static DateTimeOffset? Time(long? milliseconds) => milliseconds is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Min(ms, 253402300799999)) : null;
}
