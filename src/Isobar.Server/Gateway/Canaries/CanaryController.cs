using System.Runtime.CompilerServices;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Gateway.Catalog;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway.Canaries;

/// <summary>Looks at canaries, and gives them more traffic or takes it away.</summary>
internal sealed partial class CanaryController(ServiceTable table, ServiceCatalog catalog, TimeProvider time, ILogger<CanaryController> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private const int UnavailableLooks = 8;
    private readonly ConditionalWeakTable<ServiceRoute, Trial> _trials = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, time);
        while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            foreach (var service in table.All)
                if (service.Canary is { State: "running" }) await ConsiderAsync(service, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task ConsiderAsync(LiveService service, CancellationToken ct)
    {
        var (route, status) = (service.Route, service.Canary!);
        var trial = _trials.GetValue(route, static r => new Trial(r));
        var look = trial.Look(time.GetUtcNow() - status.Since);
        if (look.Verdict == CanaryVerdict.Wait) return;
        var next = look.Verdict == CanaryVerdict.RollBack ? status.RolledBack(look.Reason!, time.GetUtcNow()) : status.Advanced(route.Definition.Canary!, time.GetUtcNow());
        if (!await catalog.MoveCanaryAsync(service, next, ct).ConfigureAwait(false)) return;
        trial.NextStep();
        Moved(log, route.Name, status.Backend, next.State, next.Percent, next.Reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: canary {Backend} is {State} with {Percent} % of the traffic. {Reason}")]
    private static partial void Moved(ILogger log, string service, string backend, string state, double percent, string? reason);

    /// <summary>One canary's steps, each with counts of its own.</summary>
    private sealed class Trial
    {
        private readonly ServiceRoute _route;
        private readonly CanaryAnalysis _analysis;
        private readonly Mark[] _marks;
        private int _unavailable;

        public Trial(ServiceRoute route)
        {
            (_route, _analysis, _marks) = (route, new CanaryAnalysis(route.Definition.Canary!), new Mark[route.Backends.Count]);
            NextStep();
        }

        public void NextStep()
        {
            for (var i = 0; i < _marks.Length; i++) _marks[i] = new(_route.Backends[i].Counts, _route.Backends[i].Times.Snapshot());
            _analysis.NextStep();
        }

        public CanaryLook Look(TimeSpan elapsed)
        {
            var canary = _route.Backends[_route.Canary];
            // One that gets no traffic any more would be waited for for ever.
            _unavailable = canary.IsAvailable ? 0 : _unavailable + 1;
            if (_unavailable >= UnavailableLooks) return new(CanaryVerdict.RollBack, $"The canary is down: {canary.Probe.Reason ?? "its requests failed one after another."}");
            var stable = Enumerable.Range(0, _marks.Length).Where(i => i != _route.Canary && i != _route.Shadow);
            return _analysis.Look(Sample([_route.Canary]), Sample(stable), elapsed);
        }

        private CanarySample Sample(IEnumerable<int> backends)
        {
            long failed = 0, answered = 0;
            int[]? sum = null;
            foreach (var i in backends)
            {
                failed += _route.Backends[i].Counts.Failures - _marks[i].Counts.Failures;
                var times = _route.Backends[i].Times.Since(_marks[i].Times);
                answered += times.Sum(t => (long)t);
                if (sum is null) sum = times;
                else
                    for (var b = 0; b < sum.Length; b++) sum[b] += times[b];
            }
            return new(answered, failed, sum ?? new int[MultiCloud.Failover.LatencyHistogram.Buckets]);
        }

        private sealed record Mark(BackendCounts Counts, int[] Times);
    }
}
