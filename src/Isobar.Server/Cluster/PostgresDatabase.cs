using System.Net.Sockets;
using DbUp;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Polly;
using Polly.Retry;

namespace Isobar.Server.Cluster;

/// <summary>The database of a cluster: brought up to date when it is opened, and asked again while it is away.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    /// <summary>One silo at a time changes tables: any number that nobody else uses.</summary>
    private const long UpgradeLock = 0x150BA2;
    /// <summary>A restart of PostgreSQL takes seconds; who waits longer is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    /// <summary>A server that ends waits no longer: what is left to be written would hold it up piece by piece.</summary>
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);
    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;
    private long _ending;
    private readonly ResiliencePipeline _again;

    public PostgresDatabase(ClusterOptions options, TimeProvider time, IHostApplicationLifetime? life = null)
    {
        _time = time;
        life?.ApplicationStopping.Register(() => Volatile.Write(ref _ending, _time.GetTimestamp()));
        ConnectionString = new NpgsqlConnectionStringBuilder(options.Connection) { Timeout = 5, CommandTimeout = 15, KeepAlive = 10 }.ToString();
        _source = NpgsqlDataSource.Create(ConnectionString);
        _again = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddTimeout(Patience)
            .AddRetry(new RetryStrategyOptions { ShouldHandle = new PredicateBuilder().Handle<Exception>(e => IsAway(e) && !HasWaited()), MaxRetryAttempts = int.MaxValue, BackoffType = DelayBackoffType.Exponential, Delay = TimeSpan.FromMilliseconds(100), MaxDelay = TimeSpan.FromSeconds(1), UseJitter = true })
            .Build();
    }

    public string ConnectionString { get; }

    /// <summary>Makes or changes the tables.</summary>
    /// <exception cref="IOException">The database cannot be reached, or its tables cannot be changed.</exception>
    public async Task UpgradeAsync(CancellationToken ct)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(ct).ConfigureAwait(false);
            await using (var held = new NpgsqlCommand("SELECT pg_advisory_lock(@key)", connection) { Parameters = { new("key", UpgradeLock) } }) await held.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            // The lock goes with the connection; a pooled one would keep it.
            NpgsqlConnection.ClearPool(connection);
            var outcome = DeployChanges.To.PostgresqlDatabase(ConnectionString)
                .WithScriptsEmbeddedInAssembly(typeof(PostgresDatabase).Assembly, name => name.Contains("Cluster.Migrations", StringComparison.Ordinal))
                .WithTransactionPerScript()
                .WithVariablesDisabled()
                .LogToNowhere()
                .Build()
                .PerformUpgrade();
            if (!outcome.Successful) throw new IOException($"The tables of the cluster could not be brought up to date ({outcome.ErrorScript?.Name}): {outcome.Error.Message}", outcome.Error);
        }
        catch (NpgsqlException e) { throw new IOException($"The database of the cluster does not answer: {e.Message}", e); }
    }

    /// <summary>Runs a piece of work, again and again while the database is away. <paramref name="work"/> is told whether it was tried before: then its last try may have been done all the same.</summary>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, bool, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        var tried = false;
        return await _again.ExecuteAsync(async token =>
        {
            await using var connection = await _source.OpenConnectionAsync(token).ConfigureAwait(false);
            var before = tried;
            tried = true;
            return await work(connection, before, token).ConfigureAwait(false);
        }, ct).ConfigureAwait(false);
    }

    /// <summary>Whether it answers within a time.</summary>
    public async Task<bool> AnswersAsync(TimeSpan within, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(within);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(limit.Token).ConfigureAwait(false);
            await using var asked = new NpgsqlCommand("SELECT 1", connection);
            await asked.ExecuteScalarAsync(limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (IsAway(e) || e is NpgsqlException or OperationCanceledException) { return false; }
    }

    /// <summary>A connection of one's own.</summary>
    public ValueTask<NpgsqlConnection> OpenAsync(CancellationToken ct) => _source.OpenConnectionAsync(ct);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private bool HasWaited() => Volatile.Read(ref _ending) is not 0 and var since && _time.GetElapsedTime(since) > LastPatience;

    // Npgsql calls an ordered shutdown of the server final; here it is a restart.
    private static bool IsAway(Exception e) => e is SocketException or IOException or TimeoutException
        || e is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow }
        || e is NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: SocketException or IOException or TimeoutException };
}
