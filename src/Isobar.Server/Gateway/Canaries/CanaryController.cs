using System.Runtime.CompilerServices;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Cluster;
using Isobar.Server.Gateway.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway.Canaries;

/// <summary>Looks at canaries, and gives them more traffic or takes it away.</summary>
internal sealed partial class CanaryController(ServiceTable table, ServiceCatalog catalog, IPeers peers, TimeProvider time, ILogger<CanaryController> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private readonly ConditionalWeakTable<ServiceRoute, CanaryTrial> _trials = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, time);
        while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            foreach (var service in table.All)
                if (service.Canary is { State: "running" })
                {
                    try { await ConsiderAsync(service, stoppingToken).ConfigureAwait(false); }
                    // The next look comes soon.
                    catch (Exception e) when (e is not OperationCanceledException) { Unmoved(log, service.Route.Name, e.Message); }
                }
        }
    }

    private async Task ConsiderAsync(LiveService service, CancellationToken ct)
    {
        var (route, status) = (service.Route, service.Canary!);
        var trial = _trials.GetValue(route, r => new CanaryTrial(r, peers));
        // Of a cluster's silos one judges, by what all have counted; the others stand ready with marks of their own.
        if (!peers.Leads) return;
        var look = trial.Look(time.GetUtcNow() - status.Since);
        if (look.Verdict == CanaryVerdict.Wait) return;
        var next = look.Verdict == CanaryVerdict.RollBack ? status.RolledBack(look.Reason!, time.GetUtcNow()) : status.Advanced(route.Definition.Canary!, time.GetUtcNow());
        if (!await catalog.MoveCanaryAsync(service, next, ct).ConfigureAwait(false)) return;
        trial.NextStep();
        Moved(log, route.Name, status.Backend, next.State, next.Percent, next.Reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: its canary could not be moved. {Reason}")]
    private static partial void Unmoved(ILogger log, string service, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: canary {Backend} is {State} with {Percent} % of the traffic. {Reason}")]
    private static partial void Moved(ILogger log, string service, string backend, string state, double percent, string? reason);
}
