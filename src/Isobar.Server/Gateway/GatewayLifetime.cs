using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Gateway;

/// <summary>Reads services and keys before the first request, and writes the books now and then and at the end.</summary>
internal sealed class GatewayLifetime(ServiceCatalog catalog, ApiKeys keys, GatewayMeter meter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

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
            while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) await meter.FlushAsync(stoppingToken).ConfigureAwait(false);
        }
        finally { await meter.FlushAsync(CancellationToken.None).ConfigureAwait(false); }
    }
}
