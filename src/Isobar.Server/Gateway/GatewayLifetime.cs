using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway;

/// <summary>Reads services and keys before the first request, and writes the books now and then and at the end.</summary>
internal sealed partial class GatewayLifetime(ServiceCatalog catalog, ApiKeys keys, GatewayMeter meter, TimeProvider time, ILogger<GatewayLifetime> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await catalog.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await keys.LoadAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) await WriteAsync(stoppingToken).ConfigureAwait(false);
        }
        finally { await WriteAsync(CancellationToken.None).ConfigureAwait(false); }
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        try
        {
            await keys.SettleAsync(ct).ConfigureAwait(false);
            await meter.FlushAsync(ct).ConfigureAwait(false);
        }
        // A gateway answers without its books; what was counted is written the next time.
        catch (Exception e) when (e is not OperationCanceledException) { LogUnwritten(log, e.Message); }
    }

    [LoggerMessage(LogLevel.Warning, "What the gateway counted could not be written down yet. {Reason}")]
    private static partial void LogUnwritten(ILogger logger, string reason);
}
