using Isobar.MultiCloud.Alerts;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Control;

/// <summary>Watches objectives as long as the server runs.</summary>
internal sealed class ObjectiveHost(ObjectiveWatch watch) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try { await watch.RunAsync(stoppingToken).ConfigureAwait(false); }
        catch (OperationCanceledException) { /* The server ends. */ }
    }
}
