using System.Threading.Channels;
using DbUp;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.State;

/// <summary>
/// One SQLite file with a single writer. Concurrent writes share a transaction, so that the cost of reaching the disk is paid once
/// for all who wait; a write's task completes after the commit that holds it.
/// </summary>
public sealed class SqliteDatabase : IAsyncDisposable
{
    private const int MaxBatch = 512;
    private const int MaxQueued = 10_000;

    private readonly Channel<Write> _writes = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxQueued) { SingleReader = true });
    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly Task _loop;

    /// <summary>Opens (or makes) the file and applies the embedded migrations whose resource name contains <paramref name="migrations"/>.</summary>
    /// <param name="path">The database file; its folder is made.</param>
    /// <param name="migrations">Such as <c>State.Migrations.documents</c>: scripts run once each, in order of name.</param>
    public SqliteDatabase(string path, string migrations)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = path, Pooling = true, DefaultTimeout = 30 }.ToString();
        Migrate(migrations);
        _writer = OpenRead();
        // FULL makes a commit survive a power cut as well as kill -9; grouping the writes pays for it.
        // A checkpoint syncs two files more: at 32 MB of log it comes seldom enough.
        Execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA wal_autocheckpoint=8000;");
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Opens a pooled connection for reading. Readers see the newest commit and never wait for the writer.</summary>
    public SqliteConnection OpenRead()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Runs <paramref name="work"/> on the writer's connection inside a transaction; completes once it is on disk. A throw rolls back this work alone.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct = default) => WriteAsync(work, null, ct);

    /// <summary>
    /// As the other, and calls <paramref name="settled"/> with whether the transaction was committed, on the writer's own thread: after the commit,
    /// before the next transaction. What lies outside of the database and hangs on its content (files) is changed there.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, T> work, Action<bool>? settled, CancellationToken ct = default)
    {
        var write = new Write(connection => work(connection)) { Settled = settled };
        await _writes.Writer.WriteAsync(write, ct).ConfigureAwait(false);
        return (T)(await write.Done.Task.ConfigureAwait(false))!;
    }

    /// <inheritdoc cref="WriteAsync{T}(Func{SqliteConnection, T}, CancellationToken)"/>
    public Task WriteAsync(Action<SqliteConnection> work, CancellationToken ct = default) =>
        WriteAsync<object?>(connection => { work(connection); return null; }, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_writes.Writer.TryComplete())
        {
            await _loop.ConfigureAwait(false);
            await _writer.DisposeAsync().ConfigureAwait(false);
            SqliteConnection.ClearPool(new SqliteConnection(_connectionString));
        }
    }

    private void Migrate(string migrations)
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            connection.Open();
            using var wal = connection.CreateCommand();
            wal.CommandText = "PRAGMA journal_mode=WAL;";
            wal.ExecuteNonQuery();
        }
        var outcome = DeployChanges.To.SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteDatabase).Assembly, name => name.Contains(migrations, StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!outcome.Successful)
            throw new InvalidOperationException($"The database could not be brought up to date: {outcome.ErrorScript?.Name}", outcome.Error);
    }

    private async Task RunAsync()
    {
        var batch = new List<Write>(MaxBatch);
        while (await _writes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _writes.Reader.TryRead(out var write))
                batch.Add(write);
            Commit(batch);
        }
    }

    private void Commit(List<Write> batch)
    {
        var committed = false;
        try
        {
            Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
                RunInSavepoint(write);
            Execute("COMMIT");
            committed = true;
        }
        catch (Exception e)
        {
            try { Execute("ROLLBACK"); }
            catch (SqliteException) { /* The failed statement has rolled back already. */ }
            foreach (var write in batch)
                write.Error ??= e;
        }
        foreach (var write in batch)
            write.Finish(committed);
    }

    private void RunInSavepoint(Write write)
    {
        Execute("SAVEPOINT one");
        try
        {
            write.Value = write.Work(_writer);
            Execute("RELEASE one");
        }
        catch (Exception e)
        {
            write.Error = e;
            Execute("ROLLBACK TO one");
            Execute("RELEASE one");
        }
    }

    private void Execute(string sql)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private sealed class Write(Func<SqliteConnection, object?> work)
    {
        public Func<SqliteConnection, object?> Work { get; } = work;
        public object? Value { get; set; }
        public Exception? Error { get; set; }
        public TaskCompletionSource<object?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action<bool>? Settled { get; init; }

        public void Finish(bool committed)
        {
            try { Settled?.Invoke(committed); }
            catch (Exception e) { Error ??= e; }
            if (Error is null) Done.SetResult(Value);
            else Done.SetException(Error);
        }
    }
}
