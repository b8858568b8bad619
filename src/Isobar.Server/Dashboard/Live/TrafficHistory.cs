using System.Collections.Concurrent;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.Server.Gateway.Catalog;
using Microsoft.Extensions.Hosting;

namespace Isobar.Server.Dashboard.Live;

/// <summary>
/// What each backend of the gateway did of late: five minutes by the second, six hours by the minute. It reads the counts that the hot path keeps anyway, once a
/// second, and holds a bounded number of points; what lies further back is in the metrics.
/// </summary>
internal sealed class TrafficHistory(ServiceTable table, TimeProvider time) : BackgroundService
{
    public const int Seconds = 300, Minutes = 360;
    private const int MaxBackends = 1024, MaxChanges = 200;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<(string Service, string Backend), Series> _series = new();
    private readonly Queue<HealthChange> _changes = new();

    /// <summary>The last seconds of a backend, oldest first.</summary>
    public IReadOnlyList<TrafficPoint> SecondsOf(string service, string backend) => _series.TryGetValue((service, backend), out var series) ? series.Seconds.Snapshot() : [];

    /// <summary>The last hours of a backend by the minute, oldest first.</summary>
    public IReadOnlyList<TrafficPoint> MinutesOf(string service, string backend) => _series.TryGetValue((service, backend), out var series) ? series.Minutes.Snapshot() : [];

    /// <summary>The last second of a backend.</summary>
    public TrafficPoint? Now(string service, string backend) => _series.TryGetValue((service, backend), out var series) ? series.Newest : null;

    /// <summary>Backends whose health changed, newest first; of one service where it is named.</summary>
    public IReadOnlyList<HealthChange> Changes(string? service = null)
    {
        lock (_changes) return [.. _changes.Where(c => service is null || c.Service == service).Reverse()];
    }

    /// <summary>Takes one look.</summary>
    internal void Look()
    {
        var (now, at) = (time.GetTimestamp(), time.GetUtcNow());
        var seen = new HashSet<(string, string)>();
        foreach (var service in table.All)
        {
            foreach (var backend in service.Route.Backends)
            {
                var key = (Service: service.Route.Name, Backend: backend.Definition.Name);
                if (!_series.ContainsKey(key) && _series.Count >= MaxBackends) continue;
                seen.Add(key);
                var series = _series.GetOrAdd(key, static _ => new Series());
                if (series.Look(backend, time, now, at) is { } from) Changed(new(at, key.Service, key.Backend, from, series.Health, backend.Probe.Reason));
            }
        }
        foreach (var gone in _series.Keys.Where(k => !seen.Contains(k))) _series.TryRemove(gone, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, time);
        try
        {
            while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Look();
        }
        catch (OperationCanceledException) { /* The server ends. */ }
    }

    private void Changed(HealthChange change)
    {
        lock (_changes)
        {
            if (_changes.Count == MaxChanges) _changes.Dequeue();
            _changes.Enqueue(change);
        }
    }

    /// <summary>One backend's points, and where its counters stood.</summary>
    private sealed class Series
    {
        public Points Seconds { get; } = new(TrafficHistory.Seconds);
        public Points Minutes { get; } = new(TrafficHistory.Minutes);
        public TrafficPoint? Newest { get; private set; }
        public string Health { get; private set; } = "";
        private readonly Mark _second = new(), _minute = new();
        private Backend? _backend;

        /// <summary>Gives the health before, where it is another one now.</summary>
        public string? Look(Backend backend, TimeProvider time, long now, DateTimeOffset at)
        {
            if (_backend != backend)
            {
                // A changed service has new backends, which count from nothing.
                _backend = backend;
                _second.Take(backend, time, now, at);
                _minute.Take(backend, time, now, at);
            }
            else if (_second.Take(backend, time, now, at) is { } point)
            {
                Seconds.Add(point);
                Newest = point;
                if (time.GetElapsedTime(_minute.At, now) >= TimeSpan.FromMinutes(1) && _minute.Take(backend, time, now, at) is { } minute) Minutes.Add(minute);
            }
            var (before, health) = (Health, BackendReport.HealthOf(backend));
            Health = health;
            return before.Length > 0 && before != health ? before : null;
        }
    }

    private sealed class Mark
    {
        private BackendCounts _counts;
        private int[]? _times;

        public long At { get; private set; }

        public TrafficPoint? Take(Backend backend, TimeProvider time, long now, DateTimeOffset at)
        {
            var (counts, passed) = (backend.Counts, time.GetElapsedTime(At, now).TotalSeconds);
            // An idle backend's latencies have not changed: a thousand of them cost next to nothing.
            var isSame = _times is not null && counts == _counts;
            var times = isSame ? _times! : backend.Times.Snapshot();
            TrafficPoint? point = null;
            if (_times is not null && passed > 0)
            {
                var since = isSame ? [] : Difference(times, _times);
                point = new TrafficPoint(at, (counts.Requests - _counts.Requests) / passed, (counts.Failures - _counts.Failures) / passed, LatencyHistogram.Quantile(since, 0.5) / 1000, LatencyHistogram.Quantile(since, 0.99) / 1000);
            }
            (_counts, _times, At) = (counts, times, now);
            return point;
        }

        private static int[] Difference(int[] now, int[] before)
        {
            var since = new int[now.Length];
            for (var i = 0; i < since.Length; i++) since[i] = now[i] - before[i];
            return since;
        }
    }
}
