using System.Globalization;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.Logs;
using Isobar.Google.Logging.V2;
using Isobar.Google.VertexAi.Jobs;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.Logging;

/// <summary>Cloud Logging over the lines of jobs, endpoints and monitoring, and over what clients write.</summary>
internal sealed partial class LoggingRpc(ILogStore logs, TimeProvider time) : LoggingServiceV2.LoggingServiceV2Base
{
    private const int DefaultPage = 50, MaxPage = 1000, MaxReads = 100, MaxEntries = 1000, MaxEntry = 256 * 1024;
    private static readonly TimeSpan TailPause = TimeSpan.FromMilliseconds(250);

    public override async Task<ListLogEntriesResponse> ListLogEntries(ListLogEntriesRequest request, ServerCallContext context)
    {
        var (project, filter, ct) = (Project(request.ResourceNames), LogFilter.Read(request.Filter), context.CancellationToken);
        var backward = request.OrderBy switch { "" or "timestamp asc" or "timestamp" => false, "timestamp desc" => true, var other => throw Faults.Invalid("order_by", other, "timestamp asc or timestamp desc") };
        var answer = new ListLogEntriesResponse();
        await logs.FlushAsync(ct).ConfigureAwait(false);
        if (await QueryAsync(project, filter, ct).ConfigureAwait(false) is not { } query) return answer;
        var limit = request.PageSize == 0 ? DefaultPage : Math.Clamp(request.PageSize, 1, MaxPage);
        query = query with { Continue = request.PageToken.Length > 0 ? request.PageToken : null, Backward = backward, Limit = limit };
        // A page may hold fewer entries than asked for, and none only at the end, or where a filter leaves next to nothing.
        for (var reads = 0; answer.Entries.Count == 0 && reads < MaxReads; reads++)
        {
            var page = await logs.ReadAsync(query, ct).ConfigureAwait(false);
            answer.Entries.Add(backward ? Entries(project, filter, page).Reverse() : Entries(project, filter, page));
            answer.NextPageToken = !page.AtEnd && page.Lines.Count == limit ? backward ? page.Backward : page.Forward : "";
            if (answer.NextPageToken.Length == 0) break;
            query = query with { Continue = answer.NextPageToken };
        }
        return answer;
    }

    public override Task<WriteLogEntriesResponse> WriteLogEntries(WriteLogEntriesRequest request, ServerCallContext context)
    {
        if (request.Entries.Count > MaxEntries) throw Faults.Invalid("entries", request.Entries.Count.ToString(CultureInfo.InvariantCulture), $"at most {MaxEntries} entries at once");
        var lines = new List<(LogStreamName Stream, DateTimeOffset Time, string Text)>();
        for (var i = 0; i < request.Entries.Count; i++)
        {
            var entry = request.Entries[i];
            if (entry.LogName.Length == 0) entry.LogName = request.LogName;
            entry.Resource ??= request.Resource ?? throw Faults.Required($"entries[{i}].resource");
            if (entry.PayloadCase == LogEntry.PayloadOneofCase.ProtoPayload) throw Faults.Unimplemented($"entries[{i}].proto_payload is not supported here; text_payload and json_payload are.");
            foreach (var (label, value) in request.Labels) entry.Labels.TryAdd(label, value);
            var at = entry.Timestamp?.ToDateTimeOffset() ?? time.GetUtcNow();
            if (entry.InsertId.Length == 0) entry.InsertId = Guid.NewGuid().ToString("n")[..16];
            entry.Timestamp = null;
            var text = JsonFormatter.Default.Format(entry);
            if (text.Length > MaxEntry) throw Faults.Invalid($"entries[{i}]", $"{text.Length} bytes", $"an entry has at most {MaxEntry} bytes");
            lines.Add((Stream(entry.LogName, $"entries[{i}].log_name"), at, text));
        }
        if (!request.DryRun) lines.ForEach(l => logs.Append(l.Stream, l.Time, l.Text));
        return Task.FromResult(new WriteLogEntriesResponse());
    }

    public override async Task<ListLogsResponse> ListLogs(ListLogsRequest request, ServerCallContext context)
    {
        var project = Project(request.ResourceNames.Count > 0 ? request.ResourceNames : [request.Parent]);
        await logs.FlushAsync(context.CancellationToken).ConfigureAwait(false);
        var names = (await StreamsAsync(LogSource.Written, project, context.CancellationToken).ConfigureAwait(false)).Select(s => s.Name.Stream[(project.Length + 1)..]).ToList();
        foreach (var source in LogSource.Engine)
            if ((await StreamsAsync(source, project, context.CancellationToken).ConfigureAwait(false)).Count > 0) names.Add(source.LogId);
        var all = names.Order(StringComparer.Ordinal).Select(n => $"projects/{project}/logs/{n}").Where(n => string.CompareOrdinal(n, request.PageToken) > 0).ToList();
        var size = request.PageSize > 0 ? Math.Min(request.PageSize, MaxPage) : MaxPage;
        return new ListLogsResponse { LogNames = { all.Take(size) }, NextPageToken = all.Count > size ? all[size - 1] : "" };
    }

    public override async Task<Empty> DeleteLog(DeleteLogRequest request, ServerCallContext context)
    {
        var stream = Stream(request.LogName, "log_name");
        await logs.FlushAsync(context.CancellationToken).ConfigureAwait(false);
        return await logs.DeleteAsync(stream.Realm, stream.Group, stream.Stream, context.CancellationToken).ConfigureAwait(false) ? new Empty() : throw Faults.NotFound(request.LogName);
    }

    /// <summary>Sends what comes from now on, as long as the caller listens.</summary>
    public override async Task TailLogEntries(IAsyncStreamReader<TailLogEntriesRequest> requestStream, IServerStreamWriter<TailLogEntriesResponse> responseStream, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        if (!await requestStream.MoveNext(ct).ConfigureAwait(false)) return;
        var (project, filter) = (Project(requestStream.Current.ResourceNames), LogFilter.Read(requestStream.Current.Filter));
        var (start, next) = (time.GetUtcNow(), (string?)null);
        while (!ct.IsCancellationRequested)
        {
            await logs.FlushAsync(ct).ConfigureAwait(false);
            if (await QueryAsync(project, filter, ct).ConfigureAwait(false) is { } query)
            {
                var page = await logs.ReadAsync(query with { From = query.From > start ? query.From : start, Continue = next, Limit = MaxPage }, ct).ConfigureAwait(false);
                next = page.Forward;
                var answer = new TailLogEntriesResponse { Entries = { Entries(project, filter, page) } };
                if (answer.Entries.Count > 0) await responseStream.WriteAsync(answer, ct).ConfigureAwait(false);
                if (page.Lines.Count == MaxPage) continue;
            }
            await Task.Delay(TailPause, time, ct).ConfigureAwait(false);
        }
    }

    /// <summary>What to read for a filter; null where the job or the endpoint that it names has written nothing.</summary>
    private async Task<LogQuery?> QueryAsync(string project, LogFilter filter, CancellationToken ct)
    {
        var source = LogSource.Of(filter);
        var prefix = project + "/";
        if ((filter.Job ?? filter.Endpoint) is { } id)
        {
            var streams = await StreamsAsync(source, project, ct).ConfigureAwait(false);
            if (streams.Select(s => s.Name.Stream.Split('/')).FirstOrDefault(s => s is [_, _, var owner, ..] && owner == id) is not { } parts) return null;
            prefix = string.Join('/', parts[..3]) + (source == LogSource.Jobs ? "" : "/");
        }
        return new LogQuery(CustomJobPlanner.Owner, source.Group) { StreamPrefix = prefix, From = filter.From, To = filter.To };
    }

    private static IEnumerable<LogEntry> Entries(string project, LogFilter filter, LogPage page)
    {
        var source = LogSource.Of(filter);
        return page.Lines.Select(l => source.Entry(project, l)).Where(filter.Test);
    }

    private Task<IReadOnlyList<LogStreamInfo>> StreamsAsync(LogSource source, string project, CancellationToken ct) => logs.ListStreamsAsync(CustomJobPlanner.Owner, source.Group, project + "/", ct);

    private static LogStreamName Stream(string name, string field) => LogName().Match(name) is { Success: true } match
        ? new LogStreamName(CustomJobPlanner.Owner, LogSource.Written.Group, $"{match.Groups[1].Value}/{match.Groups[2].Value}")
        : throw Faults.Invalid(field, name, "projects/PROJECT/logs/LOG, with the slashes of LOG written as %2F");

    private static string Project(IReadOnlyList<string> names) => names.Count == 1 && names[0].Split('/') is ["projects", { Length: > 0 } project, ..] ? project : throw Faults.Invalid("resource_names", string.Join(',', names), "one project: projects/PROJECT");

    [GeneratedRegex("^projects/([A-Za-z0-9._:-]{1,128})/logs/([A-Za-z0-9._%-]{1,512})$")]
    private static partial Regex LogName();
}
