using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Logs of jobs, from CloudWatch Logs.</summary>
internal sealed class AwsJobLogs(AwsTransport transport)
{
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
        var lines = (page["events"] as JsonArray ?? []).Select(e => new RunLogLine(DateTimeOffset.FromUnixTimeMilliseconds(e!["timestamp"]!.GetValue<long>()), e["message"]!.GetValue<string>()));
        return new RunLogPage([.. lines], page["nextForwardToken"] is { } next ? $"{stream}\n{next.GetValue<string>()}" : after);
    }

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
