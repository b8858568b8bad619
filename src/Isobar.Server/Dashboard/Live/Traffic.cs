namespace Isobar.Server.Dashboard.Live;

/// <summary>What a backend did in a second, or in a minute on average.</summary>
/// <param name="Requests">A second.</param>
/// <param name="Failures">A second.</param>
/// <param name="P50Ms">Median latency in milliseconds; null where nothing was answered.</param>
internal readonly record struct TrafficPoint(DateTimeOffset At, double Requests, double Failures, double? P50Ms, double? P99Ms);

/// <summary>That a backend's health changed.</summary>
/// <param name="From">As <c>BackendReport.HealthOf</c> has it.</param>
internal sealed record HealthChange(DateTimeOffset At, string Service, string Backend, string From, string To, string? Reason);

/// <summary>The newest points of a backend; the oldest make room.</summary>
internal sealed class Points(int capacity)
{
    private readonly Queue<TrafficPoint> _points = new();

    public void Add(TrafficPoint point)
    {
        lock (_points)
        {
            if (_points.Count == capacity) _points.Dequeue();
            _points.Enqueue(point);
        }
    }

    public IReadOnlyList<TrafficPoint> Snapshot()
    {
        lock (_points) return [.. _points];
    }
}
