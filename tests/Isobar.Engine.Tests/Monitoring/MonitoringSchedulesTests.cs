using Isobar.Engine.Monitoring;
using Isobar.Engine.Monitoring.Reports;
using Isobar.Engine.Monitoring.Schedules;
using Isobar.Engine.Monitoring.Statistics;
using Isobar.Engine.Objects;
using Isobar.Engine.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Monitoring;

public sealed class MonitoringSchedulesTests : IAsyncLifetime
{
    private static readonly BucketName B = new("test", "watch");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero));
    private readonly EngineFixture _engine;

    public MonitoringSchedulesTests() => _engine = new EngineFixture(services: s => s.AddSingleton<TimeProvider>(_time).AddSingleton<IMonitoringFormat>(new JsonReports("test")));

    private MonitoringSchedules Schedules => _engine.Get<MonitoringSchedules>();

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task Schedule_AgainstItsLastRun_FindsWhatHasMoved()
    {
        await _engine.PutAsync(B, "constraints.json", System.Text.Encoding.UTF8.GetString(new JsonReports("test").Write(new DatasetStatistics(0, []), new DataConstraints
        {
            Features = [new FeatureConstraints { Name = "mass", Type = FeatureType.Unknown, Completeness = 0, DriftThreshold = 0.3 }],
            DriftOnly = true, Method = DriftMethod.Divergence, NumberDriftThreshold = 2, CategoryDriftThreshold = 2,
        }, null).First(f => f.Name == "constraints.json").Content.Span));
        await PutAsync(i => i);
        var made = (await Schedules.CreateAsync(new MonitorSpec
        {
            Id = "test/drift", Owner = "test", Name = "drift", Dataset = new ObjectLocation(B, "data"), Output = new ObjectLocation(B, "reports"),
            Every = TimeSpan.FromHours(2), AtOnce = true, AgainstLastRun = true, Constraints = new ObjectLocation(B, "constraints.json"),
        }, default)).Value;
        Assert.Equal(_time.GetUtcNow(), made.NextDue);

        // The first run has nothing to be compared with; the same data has not moved; other data has.
        Assert.Equal(ExecutionState.Completed, (await RunAsync(1)).State);
        Assert.Equal(ExecutionState.Completed, (await RunAsync(2)).State);
        await PutAsync(i => i + 150);
        var third = await RunAsync(3);
        Assert.Equal((ExecutionState.CompletedWithViolations, 1), (third.State, third.Violations));
        var drift = Assert.Single((await Schedules.DriftAsync(third, default)).Value, f => f.Name == "mass");
        Assert.InRange(drift.Distance, 0.3, 1);
        Assert.Equal(third.Due - TimeSpan.FromHours(2), third.From);
    }

    [Fact]
    public async Task Create_RunsTooCloseTogether_IsRefused() => Assert.False((await Schedules.CreateAsync(new MonitorSpec
    {
        Id = "test/fast", Owner = "test", Name = "fast", Output = new ObjectLocation(B, "reports"), Every = TimeSpan.FromSeconds(1),
    }, default)).IsOk);

    private Task PutAsync(Func<int, int> mass) => _engine.PutAsync(B, "data/rows.csv", "mass,sex\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"{mass(i)},{(i % 2 == 0 ? "f" : "m")}\n")));

    /// <summary>Lets the next run come due, and waits for its end.</summary>
    private async Task<MonitorExecution> RunAsync(int number)
    {
        if (number > 1) _time.Advance(TimeSpan.FromHours(2));
        await Schedules.TickAsync(default);
        while (true)
        {
            var runs = await Schedules.ExecutionsAsync("test/drift", default);
            if (runs.Count == number && runs[^1].IsFinal) return runs[^1];
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
