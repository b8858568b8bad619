using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Upstreams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Gateway.Health;

/// <summary>
/// Checks backends in turn. One that is out is checked more often, so that it has its traffic again soon after it is back. Of each cloud and host a few checks are under
/// way at once: a thousand services are checked less often, not all together, and a host that does not answer holds up its own checks alone. It also sets when slow
/// requests are hedged.
/// </summary>
internal sealed partial class HealthChecks(ServiceTable table, TimeProvider time, ILogger<HealthChecks> log) : BackgroundService
{
    /// <summary>Checks of one cloud or host that are under way at most.</summary>
    public const int MostOfOne = 4;
    private const int MinAnswers = 50, SweepEvery = 4096;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50), WhenOut = TimeSpan.FromMilliseconds(250), HedgeWindow = TimeSpan.FromSeconds(5);
    private readonly ConditionalWeakTable<Backend, Check> _checks = [];
    private readonly ConditionalWeakTable<ServiceRoute, HedgeClock> _hedges = [];
    private readonly ConcurrentDictionary<string, ConcurrencyLimit> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Target, int TimeoutMs), Finding> _findings = new();
    private int _first, _beats;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Beat, time);
        while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Look(stoppingToken);
    }

    /// <summary>Begins the checks that are due and have room, from where the last look found none.</summary>
    public void Look(CancellationToken ct)
    {
        LiveService[] services = [.. table.All];
        int? waiting = null;
        for (var n = 0; n < services.Length; n++)
        {
            var at = (_first + n) % services.Length;
            var service = services[at];
            for (var i = 0; i < service.Upstreams.Length; i++)
                if (!Consider(service, i, ct)) waiting ??= at;
            _hedges.GetValue(service.Route, static r => new HedgeClock(r)).Tick(time.GetTimestamp(), time);
        }
        _first = waiting ?? 0;
        if (++_beats % SweepEvery == 0) Sweep(services);
    }

    /// <summary>False where it is due and there is no room.</summary>
    private bool Consider(LiveService service, int index, CancellationToken ct)
    {
        var (backend, upstream) = (service.Route.Backends[index], service.Upstreams[index]);
        var check = _checks.GetOrCreateValue(backend);
        if (check.Running) return true;
        var isOut = !backend.Probe.IsUp || backend.Breaker.State != BreakerState.Closed;
        var every = TimeSpan.FromMilliseconds(service.Route.Definition.Health.EveryMs);
        if (isOut && every > WhenOut) every = WhenOut;
        var now = time.GetTimestamp();
        if (check.Last != 0 && time.GetElapsedTime(check.Last, now) < every) return true;
        var finding = _findings.GetOrAdd((upstream.Target, service.Route.Definition.Health.TimeoutMs), static _ => new Finding());
        if (finding.Last is { } found && found.At > check.Last && time.GetElapsedTime(found.At, now) < every)
        {
            check.Last = found.At;
            Tell(service, backend, found.Failure);
            return true;
        }
        // Another service is finding out; or nobody can now.
        if (finding.Running) return true;
        var room = _hosts.GetOrAdd(upstream.Host, static _ => new ConcurrencyLimit(MostOfOne));
        if (!room.TryEnter()) return false;
        check.Running = finding.Running = true;
        _ = CheckAsync(service, backend, upstream, check, finding, room, ct);
        return true;
    }

    private async Task CheckAsync(LiveService service, Backend backend, IUpstream upstream, Check check, Finding finding, ConcurrencyLimit room, CancellationToken ct)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(service.Route.Definition.Health.TimeoutMs), time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
            var failure = await upstream.ProbeAsync(either.Token).ConfigureAwait(false);
            if (ct.IsCancellationRequested) return;
            finding.Last = new Found(time.GetTimestamp(), failure);
            Tell(service, backend, failure);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Broke(log, service.Route.Name, backend.Definition.Name, e);
        }
        finally
        {
            check.Last = time.GetTimestamp();
            check.Running = finding.Running = false;
            room.Leave();
        }
    }

    private void Tell(LiveService service, Backend backend, string? failure)
    {
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

    // What no service asks about any more is forgotten.
    private void Sweep(LiveService[] services)
    {
        var asked = services.SelectMany(s => s.Upstreams.Select(u => (u.Target, s.Route.Definition.Health.TimeoutMs))).ToHashSet();
        foreach (var key in _findings.Keys.Where(k => !asked.Contains(k))) _findings.TryRemove(key, out _);
        var hosts = services.SelectMany(s => s.Upstreams.Select(u => u.Host)).ToHashSet(StringComparer.Ordinal);
        foreach (var host in _hosts.Keys.Where(h => !hosts.Contains(h))) _hosts.TryRemove(host, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Service {Service}: backend {Backend} is down. {Reason}")]
    private static partial void Fell(ILogger log, string service, string backend, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Service {Service}: backend {Backend} is up")]
    private static partial void Rose(ILogger log, string service, string backend);

    [LoggerMessage(Level = LogLevel.Error, Message = "Service {Service}: backend {Backend} could not be checked")]
    private static partial void Broke(ILogger log, string service, string backend, Exception fault);

    private sealed class Check
    {
        private long _last;
        public volatile bool Running;

        public long Last { get => Volatile.Read(ref _last); set => Volatile.Write(ref _last, value); }
    }

    /// <summary>What was found out last about a target.</summary>
    private sealed class Finding
    {
        public volatile bool Running;
        public volatile Found? Last;
    }

    private sealed record Found(long At, string? Failure);

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
