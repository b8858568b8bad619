using Isobar.MultiCloud.Alerts;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Control;

/// <summary>Delivers alerts as long as the server runs.</summary>
internal sealed class AlertHost(AlertDelivery delivery) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try { await delivery.RunAsync(stoppingToken).ConfigureAwait(false); }
        catch (OperationCanceledException) { /* The server ends. */ }
    }
}
