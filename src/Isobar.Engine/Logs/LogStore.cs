using System.Threading.Channels;
using Dapper;
using Isobar.Engine.State;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Logs;

/// <summary>Log lines in SQLite, written in batches by one background task. Reading flushes first, so that a reader sees every line appended before.</summary>
internal sealed class LogStore : ILogStore, IAsyncDisposable
{
    private const int MaxQueued = 100_000;
    private const int MaxBatch = 2_000;
    private const int MaxLine = 256 * 1024;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly Task _loop;
    private long _dropped;

    public LogStore(EngineOptions options, TimeProvider time)
    {
        _time = time;
        _database = new SqliteDatabase(Path.Combine(options.DataDirectory, "logs.db"), "Logs.Migrations.logs");
        _loop = Task.Run(WriteAsync);
    }

    public void Append(LogStreamName stream, DateTimeOffset time, string message)
    {
        if (message.Length > MaxLine) message = message[..MaxLine];
        // A full queue means that the disk cannot follow: the count of what is lost is itself logged.
        if (!_queue.Writer.TryWrite(new Item(stream, time, message, null))) Interlocked.Increment(ref _dropped);
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_queue.Writer.TryWrite(new Item(default, default, "", done)) || await WaitAndWriteAsync(done, ct).ConfigureAwait(false))
            await done.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    public Task<bool> CreateGroupAsync(string realm, string group, CancellationToken ct) =>
        _database.WriteAsync(c => LogTables.CreateGroup(c, realm, group, _time.GetUtcNow()), ct);

    public Task<bool> CreateStreamAsync(LogStreamName stream, CancellationToken ct) => _database.WriteAsync(c =>
    {
        LogTables.CreateGroup(c, stream.Realm, stream.Group, _time.GetUtcNow());
        return LogTables.CreateStream(c, stream, _time.GetUtcNow());
    }, ct);

    public async Task<IReadOnlyList<LogGroupInfo>> ListGroupsAsync(string realm, string prefix, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        return LogTables.Groups(c, realm, prefix);
    }

    public async Task<IReadOnlyList<LogStreamInfo>> ListStreamsAsync(string realm, string group, string prefix, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        return LogTables.Streams(c, realm, group, prefix);
    }

    public async Task<LogPage> ReadAsync(LogQuery query, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        return LogTables.Read(c, query);
    }

    public Task<bool> SetRetentionAsync(string realm, string group, int? days, CancellationToken ct) => _database.WriteAsync(c =>
        c.Execute("UPDATE groups SET retention = @days WHERE realm = @realm AND name = @group", new { realm, group, days }) > 0, ct);

    public async Task<bool> DeleteAsync(string realm, string group, string? stream, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        return await _database.WriteAsync(c =>
        {
            var streams = c.Execute("DELETE FROM streams WHERE realm = @realm AND grp = @group AND (@stream IS NULL OR name = @stream)", new { realm, group, stream });
            return stream is not null ? streams > 0 : c.Execute("DELETE FROM groups WHERE realm = @realm AND name = @group", new { realm, group }) > 0;
        }, ct).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_queue.Writer.TryComplete()) return;
        await _loop.ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> WaitAndWriteAsync(TaskCompletionSource done, CancellationToken ct)
    {
        while (await _queue.Writer.WaitToWriteAsync(ct).ConfigureAwait(false))
            if (_queue.Writer.TryWrite(new Item(default, default, "", done))) return true;
        // Closed: the writer has stored everything.
        return false;
    }

    private async Task WriteAsync()
    {
        var batch = new List<Item>();
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var item)) batch.Add(item);
            var dropped = Interlocked.Exchange(ref _dropped, 0);
            try
            {
                if (batch.Exists(i => i.Flushed is null))
                    await _database.WriteAsync(c => Store(c, batch, dropped)).ConfigureAwait(false);
                foreach (var item in batch) item.Flushed?.TrySetResult();
            }
            catch (Exception e) when (e is SqliteException or IOException)
            {
                // The disk refuses: the lines of this batch are lost, their readers are told, and the loop goes on.
                Interlocked.Add(ref _dropped, dropped + batch.Count(i => i.Flushed is null));
                foreach (var item in batch) item.Flushed?.TrySetException(e);
            }
        }
    }

    private void Store(SqliteConnection c, List<Item> batch, long dropped)
    {
        var now = _time.GetUtcNow();
        foreach (var group in batch.Where(i => i.Flushed is null).GroupBy(i => i.Stream))
        {
            var lines = group.Select(i => (i.Time, i.Message)).ToList();
            if (dropped > 0) lines.Add((now, $"[{dropped} lines were lost: the log could not be written as fast as they came]"));
            dropped = 0;
            LogTables.Append(c, group.Key, lines, now);
        }
    }

    private readonly record struct Item(LogStreamName Stream, DateTimeOffset Time, string Message, TaskCompletionSource? Flushed);
}
