using Isobar.MultiCloud.Orchestration;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Control;

/// <summary>Runs the reconciler as long as the server runs.</summary>
internal sealed class ReconcilerHost(Reconciler reconciler) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => reconciler.RunAsync(stoppingToken);
}
