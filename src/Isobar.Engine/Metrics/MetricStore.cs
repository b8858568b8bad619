using System.Collections.Concurrent;
using Dapper;
using Isobar.Engine.State;
using Microsoft.Data.Sqlite;

namespace Isobar.Engine.Metrics;

/// <summary>Metrics: recorded into memory, flushed to SQLite every few seconds.</summary>
internal sealed class MetricStore : IMetricStore, IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Retention = TimeSpan.FromDays(15);
    private const int MaxSeries = 50_000;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<MetricId, ConcurrentDictionary<long, MetricBucket>> _series = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public MetricStore(EngineOptions options, TimeProvider time)
    {
        _time = time;
        _database = new SqliteDatabase(Path.Combine(options.DataDirectory, "metrics.db"), "Metrics.Migrations.metrics");
        _loop = Task.Run(RunAsync);
    }

    public TimeSpan Resolution { get; } = TimeSpan.FromSeconds(10);

    public void Record(MetricId metric, double value, string unit, DateTimeOffset? time) => Record(metric, value, 1, unit, time);

    public void Record(MetricId metric, IReadOnlyList<(double Value, long Count)> values, string unit, DateTimeOffset? time)
    {
        foreach (var (value, count) in values) Record(metric, value, count, unit, time);
    }

    private void Record(MetricId metric, double value, long count, string unit, DateTimeOffset? time)
    {
        if (!double.IsFinite(value) || count <= 0) return;
        if (!_series.TryGetValue(metric, out var buckets))
        {
            if (_series.Count >= MaxSeries) return;
            buckets = _series.GetOrAdd(metric, _ => new ConcurrentDictionary<long, MetricBucket>());
        }
        var ticks = (time ?? _time.GetUtcNow()).UtcTicks;
        var start = ticks - ticks % Resolution.Ticks;
        MetricBucket? bucket;
        do
        {
            if (!buckets.TryGetValue(start, out bucket))
                bucket = buckets.GetOrAdd(start, s => new MetricBucket(new DateTimeOffset(s, TimeSpan.Zero), unit));
        }
        while (!bucket.TryAdd(value, count));
    }

    public async Task<IReadOnlyList<MetricPoint>> ReadAsync(MetricId metric, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        return Stored(c, metric, from.UtcTicks, to.UtcTicks);
    }

    public async Task<IReadOnlyList<MetricId>> ListAsync(string realm, string? ns, string? name, CancellationToken ct)
    {
        await FlushAsync(ct).ConfigureAwait(false);
        using var c = _database.OpenRead();
        return [.. c.Query<(string Namespace, string Name, string Dimensions)>(
            "SELECT namespace, name, dimensions FROM series WHERE realm = @realm AND (@ns IS NULL OR namespace = @ns) AND (@name IS NULL OR name = @name) ORDER BY namespace, name, dimensions", new { realm, ns, name })
            .Select(s => new MetricId(realm, s.Namespace, s.Name, s.Dimensions))];
    }

    public async Task FlushAsync(CancellationToken ct)
    {
        var current = _time.GetUtcNow().UtcTicks - Resolution.Ticks;
        var dirty = _series.SelectMany(s => s.Value.Values.Where(b => b.IsDirty).Select(b => (Id: s.Key, Bucket: b))).ToList();
        if (dirty.Count == 0) return;
        var marks = new long[dirty.Count];
        await _database.WriteAsync<object?>(
            c =>
            {
                for (var i = 0; i < dirty.Count; i++) marks[i] = Write(c, dirty[i].Id, dirty[i].Bucket);
                return null;
            },
            committed =>
            {
                // A write that failed, on a full disk perhaps, leaves the buckets dirty for the next flush.
                for (var i = 0; committed && i < dirty.Count; i++) dirty[i].Bucket.Flushed(marks[i]);
            },
            ct).ConfigureAwait(false);
        foreach (var (id, bucket) in dirty)
            if (bucket.Start.UtcTicks < current - TimeSpan.TicksPerMinute && bucket.TryRetire()) _series[id].TryRemove(bucket.Start.UtcTicks, out _);
    }

    private long Write(SqliteConnection c, MetricId id, MetricBucket bucket)
    {
        // The time may have been written before: by the process that ran until a moment ago, or for values that came with an old time stamp.
        if (!bucket.HoldsStored) bucket.AddStored(Stored(c, id, bucket.Start.UtcTicks, bucket.Start.UtcTicks + 1).FirstOrDefault());
        var (point, mark) = bucket.Take();
        c.Execute("INSERT OR IGNORE INTO series (realm, namespace, name, dimensions) VALUES (@Realm, @Namespace, @Name, @Dimensions)", id);
        c.Execute(
            "INSERT INTO points (series, start, count, sum, min, max, unit, sketch) SELECT id, @start, @Count, @Sum, @Min, @Max, @Unit, @sketch FROM series " +
            "WHERE realm = @Realm AND namespace = @Namespace AND name = @Name AND dimensions = @Dimensions " +
            "ON CONFLICT (series, start) DO UPDATE SET count = excluded.count, sum = excluded.sum, min = excluded.min, max = excluded.max, sketch = excluded.sketch",
            new { id.Realm, id.Namespace, id.Name, id.Dimensions, start = point.Start.UtcTicks, point.Count, point.Sum, point.Min, point.Max, point.Unit, sketch = MetricBucket.Format(point.Sketch) });
        return mark;
    }

    private static IReadOnlyList<MetricPoint> Stored(SqliteConnection c, MetricId metric, long from, long to) =>
        [.. c.Query<(long Start, long Count, double Sum, double Min, double Max, string Unit, string Sketch)>(
            "SELECT start, count, sum, min, max, unit, sketch FROM points p JOIN series s ON s.id = p.series WHERE s.realm = @Realm AND s.namespace = @Namespace AND s.name = @Name AND s.dimensions = @Dimensions AND start >= @from AND start < @to ORDER BY start",
            new { metric.Realm, metric.Namespace, metric.Name, metric.Dimensions, from, to })
            .Select(p => new MetricPoint(new DateTimeOffset(p.Start, TimeSpan.Zero), p.Count, p.Sum, p.Min, p.Max, MetricBucket.Parse(p.Sketch), p.Unit))];

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        await FlushAsync(default).ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(FlushEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                try
                {
                    await FlushAsync(_stop.Token).ConfigureAwait(false);
                    var oldest = (_time.GetUtcNow() - Retention).UtcTicks;
                    await _database.WriteAsync(c => c.Execute("DELETE FROM points WHERE start < @oldest", new { oldest }), _stop.Token).ConfigureAwait(false);
                }
                catch (SqliteException) { /* A full disk, say: the buckets stay dirty and the next turn writes them. */ }
            }
        }
        catch (OperationCanceledException) { /* Disposed. */ }
    }
}
