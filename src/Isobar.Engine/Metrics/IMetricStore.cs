namespace Isobar.Engine.Metrics;

/// <summary>A time series: a name within a name space and the dimensions that tell it from its siblings.</summary>
/// <param name="Realm">The cloud that shows it.</param>
/// <param name="Namespace">Such as <c>AWS/SageMaker</c>.</param>
/// <param name="Name">Such as <c>Invocations</c>.</param>
/// <param name="Dimensions">Sorted <c>name=value</c> pairs joined by <c>,</c>; see <see cref="Of"/>.</param>
public sealed record MetricId(string Realm, string Namespace, string Name, string Dimensions)
{
    /// <summary>Makes the canonical id of a series.</summary>
    public static MetricId Of(string realm, string ns, string name, params IEnumerable<KeyValuePair<string, string>> dimensions) =>
        new(realm, ns, name, string.Join(',', dimensions.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => $"{Uri.EscapeDataString(d.Key)}={Uri.EscapeDataString(d.Value)}")));

    /// <summary>The dimensions as pairs.</summary>
    public IReadOnlyDictionary<string, string> Parse() => Dimensions.Length == 0
        ? new Dictionary<string, string>()
        : Dimensions.Split(',').Select(p => p.Split('=', 2)).ToDictionary(p => Uri.UnescapeDataString(p[0]), p => Uri.UnescapeDataString(p[1]));
}

/// <summary>The sum of what was measured in one bucket of time, with a histogram sketch for percentiles.</summary>
/// <param name="Start">The bucket's start; buckets are <see cref="IMetricStore.Resolution"/> wide.</param>
/// <param name="Sketch">Sorted (value, count) pairs of a log-scaled histogram with at most 2% relative error.</param>
public sealed record MetricPoint(DateTimeOffset Start, long Count, double Sum, double Min, double Max, IReadOnlyList<(double Value, long Count)> Sketch, string Unit);

/// <summary>Metrics of jobs and endpoints. Recording is lock-light and off the disk; points are flushed in the background within seconds.</summary>
public interface IMetricStore
{
    /// <summary>The width of a bucket: 10 s.</summary>
    TimeSpan Resolution { get; }
    /// <summary>Adds a measurement at the current time, or at <paramref name="time"/>. Safe and cheap on the hot path.</summary>
    void Record(MetricId metric, double value, string unit = "None", DateTimeOffset? time = null);
    /// <summary>Adds measurements that a busy source has counted up by value, as if each had been recorded alone.</summary>
    void Record(MetricId metric, IReadOnlyList<(double Value, long Count)> values, string unit = "None", DateTimeOffset? time = null)
    {
        foreach (var (value, count) in values)
            for (var i = 0L; i < count; i++) Record(metric, value, unit, time);
    }
    /// <summary>The points of a series between two times, oldest first, those not yet flushed included.</summary>
    Task<IReadOnlyList<MetricPoint>> ReadAsync(MetricId metric, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default);
    /// <summary>The series known in a name space (all when null).</summary>
    Task<IReadOnlyList<MetricId>> ListAsync(string realm, string? ns = null, string? name = null, CancellationToken ct = default);
    /// <summary>Drops points older than the retention (15 days).</summary>
    Task FlushAsync(CancellationToken ct = default);
}
