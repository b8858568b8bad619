using Isobar.MultiCloud.Batches;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Control;

/// <summary>Works on batches as long as the server runs.</summary>
internal sealed class BatchHost(BatchBook batches) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try { await batches.RunAsync(stoppingToken).ConfigureAwait(false); }
        catch (OperationCanceledException) { /* The server ends. */ }
    }
}
