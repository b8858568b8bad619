using Isobar.Engine.Metrics;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Metrics;

public sealed class MetricStoreTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MetricStore _metrics;

    public MetricStoreTests() => _metrics = new MetricStore(new EngineOptions { DataDirectory = _folder.Path }, _time);

    public async ValueTask DisposeAsync()
    {
        await _metrics.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Record_ManyValues_GivesExactSumsAndCloseMedians()
    {
        var id = MetricId.Of("aws", "AWS/SageMaker", "ModelLatency", KeyValuePair.Create("EndpointName", "e=,x"), KeyValuePair.Create("A", "b"));
        Parallel.For(1, 1001, i => _metrics.Record(id, i, "Microseconds", null));
        var point = Assert.Single(await _metrics.ReadAsync(id, _time.GetUtcNow().AddMinutes(-1), _time.GetUtcNow().AddMinutes(1), default));

        Assert.Equal((1000, 500500.0, 1.0, 1000.0, "Microseconds"), (point.Count, point.Sum, point.Min, point.Max, point.Unit));
        Assert.Equal(1000, point.Sketch.Sum(s => s.Count));
        long seen = 0;
        var median = point.Sketch.First(s => (seen += s.Count) >= 500).Value;
        Assert.InRange(median, 490, 510);
        Assert.Equal("e=,x", Assert.Single(await _metrics.ListAsync("aws", null, null, default)).Parse()["EndpointName"]);
    }

    [Fact]
    public async Task Record_LaterBuckets_AreApart()
    {
        var id = MetricId.Of("aws", "n", "m");
        _metrics.Record(id, 1, "None", null);
        _time.Advance(TimeSpan.FromSeconds(10));
        _metrics.Record(id, 2, "None", null);
        var points = await _metrics.ReadAsync(id, _time.GetUtcNow().AddMinutes(-1), _time.GetUtcNow().AddMinutes(1), default);
        Assert.Equal([1.0, 2.0], points.Select(p => p.Sum));
    }

    [Fact]
    public async Task Record_AfterARestartInTheSameBucket_AddsToWhatIsStored()
    {
        var id = MetricId.Of("aws", "n", "m");
        await using (var first = new MetricStore(new EngineOptions { DataDirectory = Path.Combine(_folder.Path, "again") }, _time))
        {
            first.Record(id, 1, "Count", null);
            first.Record(id, 100, "Count", null);
        }
        await using var second = new MetricStore(new EngineOptions { DataDirectory = Path.Combine(_folder.Path, "again") }, _time);
        second.Record(id, 10, "Count", null);
        Assert.Equal(3, Assert.Single(await Now(second, id)).Count);
        second.Record(id, 1, "Count", null);
        var point = Assert.Single(await Now(second, id));

        Assert.Equal((4, 112.0, 1.0, 100.0, "Count"), (point.Count, point.Sum, point.Min, point.Max, point.Unit));
        Assert.Equal([2L, 1, 1], point.Sketch.Select(s => s.Count));
    }

    [Fact]
    public async Task Record_OldTimeStampOnceItsBucketIsLetGo_AddsToWhatIsStored()
    {
        var id = MetricId.Of("aws", "n", "m");
        var old = _time.GetUtcNow().AddHours(-1);
        foreach (var value in (double[])[1, 2, 3])
        {
            _metrics.Record(id, value, "None", old);
            await _metrics.FlushAsync(default);
        }
        var point = Assert.Single(await _metrics.ReadAsync(id, old.AddMinutes(-1), old.AddMinutes(1), default));
        Assert.Equal((3, 6.0, 1.0, 3.0), (point.Count, point.Sum, point.Min, point.Max));
    }

    private Task<IReadOnlyList<MetricPoint>> Now(MetricStore metrics, MetricId id) =>
        metrics.ReadAsync(id, _time.GetUtcNow().AddMinutes(-1), _time.GetUtcNow().AddMinutes(1), default);
}
