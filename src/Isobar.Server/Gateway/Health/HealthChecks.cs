using System.Runtime.CompilerServices;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway.Health;

/// <summary>Checks backends in turn. One that is out is checked more often, so that it has its traffic again soon after it is back. It also sets when slow requests are hedged.</summary>
internal sealed partial class HealthChecks(ServiceTable table, TimeProvider time, ILogger<HealthChecks> log) : BackgroundService
{
    private const int MinAnswers = 50;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50), WhenOut = TimeSpan.FromMilliseconds(250), HedgeWindow = TimeSpan.FromSeconds(5);
    private readonly ConditionalWeakTable<Backend, Check> _checks = [];
    private readonly ConditionalWeakTable<ServiceRoute, HedgeClock> _hedges = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, time);
        while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            foreach (var service in table.All)
            {
                for (var i = 0; i < service.Upstreams.Length; i++) Consider(service, i, stoppingToken);
                _hedges.GetValue(service.Route, static r => new HedgeClock(r)).Tick(time.GetTimestamp(), time);
            }
        }
    }

    private void Consider(LiveService service, int index, CancellationToken ct)
    {
        var backend = service.Route.Backends[index];
        var check = _checks.GetOrCreateValue(backend);
        var isOut = !backend.Probe.IsUp || backend.Breaker.State != BreakerState.Closed;
        var every = TimeSpan.FromMilliseconds(service.Route.Definition.Health.EveryMs);
        if (isOut && every > WhenOut) every = WhenOut;
        var now = time.GetTimestamp();
        if (check.Running || (check.Last != 0 && time.GetElapsedTime(check.Last, now) < every)) return;
        check.Last = now;
        check.Running = true;
        _ = CheckAsync(service, backend, service.Upstreams[index], check, ct);
    }

    private async Task CheckAsync(LiveService service, Backend backend, IUpstream upstream, Check check, CancellationToken ct)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(service.Route.Definition.Health.TimeoutMs), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            var failure = await upstream.ProbeAsync(either.Token).ConfigureAwait(false);
            if (ct.IsCancellationRequested) return;
            // That a connection opens says nothing about answers: then the breaker's own pause is waited for, unless nobody had listened at all.
            var telling = service.Route.Definition.Health.Path is not null;
            if (backend.Probe.Tell(failure))
            {
                telling = true;
                if (failure is null) Rose(log, service.Route.Name, backend.Definition.Name);
                else Fell(log, service.Route.Name, backend.Definition.Name, failure);
            }
            if (failure is null && telling) backend.Breaker.EndPause();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Broke(log, service.Route.Name, backend.Definition.Name, e);
        }
        finally { check.Running = false; }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: backend {Backend} is down. {Reason}")]
    private static partial void Fell(ILogger log, string service, string backend, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Service {Service}: backend {Backend} is up")]
    private static partial void Rose(ILogger log, string service, string backend);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}: backend {Backend} could not be checked")]
    private static partial void Broke(ILogger log, string service, string backend, Exception fault);

    private sealed class Check
    {
        public long Last { get; set; }
        public volatile bool Running;
    }

    /// <summary>Sets a service's hedging to what most of its answers take.</summary>
    private sealed class HedgeClock(ServiceRoute route)
    {
        private readonly int[]?[] _before = new int[]?[route.Backends.Count];
        private long _last;

        public void Tick(long now, TimeProvider time)
        {
            if (_last != 0 && time.GetElapsedTime(_last, now) < HedgeWindow) return;
            _last = now;
            var all = new int[LatencyHistogram.Buckets];
            foreach (var (i, backend) in route.Backends.Index())
            {
                var times = backend.Times.Snapshot();
                for (var b = 0; b < all.Length; b++) all[b] += times[b] - (_before[i]?[b] ?? 0);
                _before[i] = times;
            }
            if (all.Sum() < MinAnswers || LatencyHistogram.Quantile(all, route.Definition.Resilience.HedgeQuantile) is not { } usual) return;
            route.HedgeAfterMs = Math.Max(route.Definition.Resilience.HedgeAfterMs, (int)Math.Ceiling(usual / 1000));
        }
    }
}
