namespace Isobar.Engine.Logs;

/// <summary>A stream of lines from one source, within a group.</summary>
/// <param name="Realm">The cloud that shows it: <c>aws</c>, <c>gcp</c>, <c>azure</c>, <c>onprem</c>.</param>
/// <param name="Group">Such as <c>/aws/sagemaker/TrainingJobs</c>.</param>
/// <param name="Stream">Such as <c>my-job/algo-1-1700000000</c>.</param>
public readonly record struct LogStreamName(string Realm, string Group, string Stream);

/// <summary>One line.</summary>
/// <param name="Sequence">Grows within the stream, from 0.</param>
public sealed record LogLine(LogStreamName Stream, long Sequence, DateTimeOffset Time, DateTimeOffset Ingested, string Message);

/// <summary>What is known of a stream.</summary>
public sealed record LogStreamInfo(LogStreamName Name, DateTimeOffset Created, DateTimeOffset? First, DateTimeOffset? Last, long Bytes);

/// <summary>What is known of a group.</summary>
public sealed record LogGroupInfo(string Realm, string Group, DateTimeOffset Created, long Bytes, int? RetentionDays);

/// <summary>Which lines to read. Sequence cursors are exact: reading on from <c>last + 1</c> misses nothing and repeats nothing.</summary>
public sealed record LogQuery(string Realm, string Group)
{
    /// <summary>Only this stream; null for all of the group, merged by time.</summary>
    public string? Stream { get; init; }
    /// <summary>Only streams whose name starts so.</summary>
    public string? StreamPrefix { get; init; }
    /// <summary>From here on, inclusive.</summary>
    public DateTimeOffset? From { get; init; }
    /// <summary>Up to here, exclusive.</summary>
    public DateTimeOffset? To { get; init; }
    /// <summary>Opaque position of the page before.</summary>
    public string? Continue { get; init; }
    /// <summary>Oldest first (default) or newest first.</summary>
    public bool Backward { get; init; }
    /// <summary>At most so many lines; default 10,000.</summary>
    public int Limit { get; init; } = 10_000;
}

/// <summary>A page of lines; <paramref name="Forward"/> and <paramref name="Backward"/> are positions to go on from.</summary>
public sealed record LogPage(IReadOnlyList<LogLine> Lines, string Forward, string Backward, bool AtEnd);

/// <summary>Log lines of jobs, endpoints and functions: appended in batches off the hot path, durable within a second, kept per stream.</summary>
public interface ILogStore
{
    /// <summary>Queues lines; never blocks the caller. A line over 256 KB is cut.</summary>
    void Append(LogStreamName stream, DateTimeOffset time, string message);
    /// <summary>Waits until everything appended so far is stored.</summary>
    Task FlushAsync(CancellationToken ct = default);
    /// <summary>Makes a group; false when it exists.</summary>
    Task<bool> CreateGroupAsync(string realm, string group, CancellationToken ct = default);
    /// <summary>Makes a stream (and its group); false when it exists.</summary>
    Task<bool> CreateStreamAsync(LogStreamName stream, CancellationToken ct = default);
    /// <summary>Groups by name.</summary>
    Task<IReadOnlyList<LogGroupInfo>> ListGroupsAsync(string realm, string prefix = "", CancellationToken ct = default);
    /// <summary>Streams by name.</summary>
    Task<IReadOnlyList<LogStreamInfo>> ListStreamsAsync(string realm, string group, string prefix = "", CancellationToken ct = default);
    /// <summary>Reads a page.</summary>
    Task<LogPage> ReadAsync(LogQuery query, CancellationToken ct = default);
    /// <summary>Sets how long a group keeps lines; null for ever.</summary>
    Task<bool> SetRetentionAsync(string realm, string group, int? days, CancellationToken ct = default);
    /// <summary>Drops a group with its streams, or one stream; false when there was none.</summary>
    Task<bool> DeleteAsync(string realm, string group, string? stream = null, CancellationToken ct = default);
}
