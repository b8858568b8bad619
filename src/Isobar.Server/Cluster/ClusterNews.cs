using System.Threading.Channels;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Isobar.Server.Cluster;

/// <summary>Hears what other silos have written (LISTEN) and reads the gateway's services and keys again. While the database is away the gateway goes on with what it has.</summary>
internal sealed partial class ClusterNews(PostgresDatabase database, ServiceCatalog catalog, ApiKeys keys, TimeProvider time, ILogger<ClusterNews> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly Outage _outage = new(time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try { await HearAsync(stoppingToken).ConfigureAwait(false); }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (_outage.Goes()) LogAway(log, e.Message);
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task HearAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct).ConfigureAwait(false);
        // Many changes that come together are read once.
        var told = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        connection.Notification += (_, news) =>
        {
            if (news.Payload is "gateway.services" or "gateway.canaries" or "gateway.keys") told.Writer.TryWrite(true);
        };
        await using (var listen = new NpgsqlCommand("LISTEN isobar_documents", connection)) await listen.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        if (_outage.Ends() is { } gone) LogBack(log, gone.TotalSeconds);
        // What was written before one listened is read now.
        told.Writer.TryWrite(true);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = ReadAsync(told.Reader, ended.Token);
        try
        {
            while (true)
            {
                await connection.WaitAsync(ct).ConfigureAwait(false);
                if (reading.IsCompleted) await reading.ConfigureAwait(false);
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(ChannelReader<bool> told, CancellationToken ct)
    {
        await foreach (var _ in told.ReadAllAsync(ct).ConfigureAwait(false))
        {
            await catalog.RefreshAsync(ct).ConfigureAwait(false);
            await keys.RefreshAsync(ct).ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database of the cluster is away; the gateway goes on with what it knows. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "The database of the cluster is there again, after {Seconds:0} s.")]
    private static partial void LogBack(ILogger logger, double seconds);
}
