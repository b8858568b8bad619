using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Logs of jobs and endpoints, from CloudWatch Logs.</summary>
internal sealed class AwsLogs(AwsTransport transport)
{
    /// <summary>Instances of an endpoint come and go, and each writes a stream: so many are read, those that were written to last.</summary>
    private const int MostStreams = 20;

    /// <summary>Reads the first stream whose name starts so; a token is the stream and CloudWatch's own token.</summary>
    public async Task<Result<RunLogPage>> ReadAsync(string group, string streamPrefix, string? after, CancellationToken ct)
    {
        var (stream, token) = after?.Split('\n') is [var s, var t] ? (s, t) : (null, null);
        if (stream is null)
        {
            var found = await CallAsync("DescribeLogStreams", new JsonObject { ["logGroupName"] = group, ["logStreamNamePrefix"] = streamPrefix, ["limit"] = 1 }, ct);
            if (!found.TryGet(out var streams, out var missing)) return missing.Code == ErrorCode.NotFound ? new RunLogPage([], after) : missing;
            if (streams["logStreams"] is not JsonArray { Count: > 0 } list) return new RunLogPage([], after);
            stream = list[0]!["logStreamName"]!.GetValue<string>();
        }
        var request = new JsonObject { ["logGroupName"] = group, ["logStreamName"] = stream, ["startFromHead"] = true };
        if (token is not null) request["nextToken"] = token;
        if (!(await CallAsync("GetLogEvents", request, ct)).TryGet(out var page, out var error)) return error;
        return new RunLogPage(Lines(page), page["nextForwardToken"] is { } next ? $"{stream}\n{next.GetValue<string>()}" : after);
    }

    /// <summary>The newest lines of a group, over all its streams.</summary>
    public async Task<Result<EndpointLog>> NewestAsync(string group, DateTimeOffset? since, int limit, CancellationToken ct)
    {
        var found = await CallAsync("DescribeLogStreams", new JsonObject { ["logGroupName"] = group, ["orderBy"] = "LastEventTime", ["descending"] = true, ["limit"] = MostStreams }, ct);
        if (!found.TryGet(out var streams, out var missing)) return missing;
        var (lines, more) = (new List<RunLogLine>(), streams["nextToken"] is not null);
        foreach (var stream in streams["logStreams"] as JsonArray ?? [])
        {
            var request = new JsonObject { ["logGroupName"] = group, ["logStreamName"] = stream!["logStreamName"]!.GetValue<string>(), ["startFromHead"] = false, ["limit"] = limit };
            if (since is { } from) request["startTime"] = from.ToUnixTimeMilliseconds();
            if (!(await CallAsync("GetLogEvents", request, ct)).TryGet(out var page, out var error)) return error;
            var read = Lines(page);
            more |= read.Count >= limit;
            lines.AddRange(read);
        }
        // Sorted stably: lines of the same millisecond stay as their stream has them.
        return new EndpointLog([.. lines.OrderBy(l => l.Time).TakeLast(limit)], more);
    }

    private static IReadOnlyList<RunLogLine> Lines(JsonObject page) =>
        [.. (page["events"] as JsonArray ?? []).Select(e => new RunLogLine(DateTimeOffset.FromUnixTimeMilliseconds(e!["timestamp"]!.GetValue<long>()), e["message"]!.GetValue<string>()))];

    private async Task<Result<JsonObject>> CallAsync(string operation, JsonObject request, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request);
        using var message = new HttpRequestMessage(HttpMethod.Post, transport.Address("logs", "/")) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        message.Headers.TryAddWithoutValidation("X-Amz-Target", "Logs_20140328." + operation);
        if (!(await transport.SendAsync(AwsClientRegistration.Repeatable, "logs", message, AwsTransport.Hash(body), ct)).TryGet(out var reply, out var error)) return error;
        using (reply) return (JsonObject)JsonNode.Parse(await reply.Content.ReadAsByteArrayAsync(ct))!;
    }
}
