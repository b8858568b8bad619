using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.Logs;
using Isobar.Google.Logging.V2;
using Isobar.Google.VertexAi.Endpoints;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Logging;

/// <summary>Cloud Logging's <c>entries:list</c> over the lines of custom jobs and endpoints.</summary>
internal sealed partial class LoggingRpc(ILogStore logs) : LoggingServiceV2.LoggingServiceV2Base
{
    private const int DefaultPage = 50, MaxPage = 1000;

    public override async Task<ListLogEntriesResponse> ListLogEntries(ListLogEntriesRequest request, ServerCallContext context)
    {
        if (request.ResourceNames.Count != 1 || request.ResourceNames[0].Split('/') is not ["projects", var project]) throw Faults.Invalid("resource_names", string.Join(',', request.ResourceNames), "one project: projects/PROJECT");
        var (kind, id) = Of(request.Filter);
        var backward = request.OrderBy switch { "" or "timestamp asc" or "timestamp" => false, "timestamp desc" => true, var other => throw Faults.Invalid("order_by", other, "timestamp asc or timestamp desc") };
        var job = kind == "job_id";
        await logs.FlushAsync(context.CancellationToken).ConfigureAwait(false);
        var streams = await logs.ListStreamsAsync(CustomJobPlanner.Owner, job ? CustomJobPlanner.LogGroup : Deployments.LogGroup, project + "/", context.CancellationToken).ConfigureAwait(false);
        // project/location/id, and for endpoints the deployed model behind it.
        if (streams.Select(s => s.Name).FirstOrDefault(s => s.Stream.Split('/') is [_, _, var owner, ..] && owner == id) is not { Stream: not null } stream) return new ListLogEntriesResponse();
        var limit = request.PageSize == 0 ? DefaultPage : Math.Clamp(request.PageSize, 1, MaxPage);
        var page = await logs.ReadAsync(new LogQuery(stream.Realm, stream.Group)
        {
            StreamPrefix = job ? stream.Stream : string.Join('/', stream.Stream.Split('/')[..3]) + "/",
            From = Time(request.Filter, ">="),
            To = Time(request.Filter, "<"),
            Continue = request.PageToken.Length > 0 ? request.PageToken : null,
            Backward = backward,
            Limit = limit,
        }, context.CancellationToken).ConfigureAwait(false);
        var answer = new ListLogEntriesResponse { Entries = { page.Lines.Select(l => Entry(project, job, id, l)) } };
        if (!page.AtEnd && page.Lines.Count == limit) answer.NextPageToken = backward ? page.Backward : page.Forward;
        return answer;
    }

    private static LogEntry Entry(string project, bool job, string id, LogLine line)
    {
        var parts = line.Stream.Stream.Split('/');
        var resource = new MonitoredResource { Type = job ? "ml_job" : "aiplatform.googleapis.com/Endpoint", Labels = { ["project_id"] = project, [job ? "job_id" : "endpoint_id"] = id, ["location"] = parts[1] } };
        if (job) resource.Labels["task_name"] = "workerpool0-0";
        return new LogEntry
        {
            LogName = $"projects/{project}/logs/{(job ? "workerpool0-0" : "aiplatform.googleapis.com%2Fprediction_container")}",
            Resource = resource,
            TextPayload = line.Message,
            Timestamp = line.Time.ToTimestamp(),
            ReceiveTimestamp = line.Ingested.ToTimestamp(),
            InsertId = line.Sequence.ToString("d12", CultureInfo.InvariantCulture),
        };
    }

    private static (string Kind, string Id) Of(string filter) => Resource().Match(filter) is { Success: true } match
        ? (match.Groups[1].Value, match.Groups[2].Value)
        : throw Faults.Invalid("filter", filter, "resource.labels.job_id=\"ID\" or resource.labels.endpoint_id=\"ID\", with timestamp>= and timestamp< beside it");

    private static DateTimeOffset? Time(string filter, string sign)
    {
        var match = Stamp().Matches(filter).FirstOrDefault(m => m.Groups[1].Value == sign);
        if (match is null) return null;
        return DateTimeOffset.TryParse(match.Groups[2].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw Faults.Invalid("filter", match.Value, "a time like 2026-01-01T00:00:00Z");
    }

    [GeneratedRegex("""resource\.labels\.(job_id|endpoint_id)\s*=\s*"?([A-Za-z0-9-]{1,128})"?""")]
    private static partial Regex Resource();

    [GeneratedRegex(@"timestamp\s*(>=|<)\s*""([^""]{1,40})""")]
    private static partial Regex Stamp();
}
