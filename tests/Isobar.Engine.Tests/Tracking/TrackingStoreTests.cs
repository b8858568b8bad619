using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Engine.Tracking;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Engine.Tests.Tracking;

public sealed class TrackingStoreTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;
    private readonly ITrackingStore _tracking;

    public TrackingStoreTests()
    {
        _services = new ServiceCollection().AddSingleton<TimeProvider>(new FakeTimeProvider(Now)).AddSingleton(new EngineOptions { DataDirectory = _folder.Path }).AddState().AddTracking().BuildServiceProvider();
        _tracking = _services.GetRequiredService<ITrackingStore>();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task CreateExperiment_OfANameThatIsTaken_IsRefusedInItsScopeAlone()
    {
        Assert.True((await _tracking.CreateAsync(Experiment("a", "1", "birds"))).IsOk);
        Assert.Equal(ErrorCode.AlreadyExists, (await _tracking.CreateAsync(Experiment("a", "2", "birds"))).Error?.Code);
        Assert.True((await _tracking.CreateAsync(Experiment("a/b", "2", "birds"))).IsOk);
        Assert.True((await _tracking.CreateAsync(Experiment("a", "3", "fish"))).IsOk);
        Assert.Equal(ErrorCode.AlreadyExists, (await _tracking.ChangeAsync("a", "3", e => e with { Name = "birds" })).Error?.Code);
        Assert.Equal(["birds", "fish"], (await _tracking.ExperimentsAsync("a")).Select(e => e.Name));
    }

    [Fact]
    public async Task Latest_OfAMetric_IsTheValueOfTheHighestStepLoggedLast()
    {
        await _tracking.LogAsync("s", "r", [Metric("loss", 3, 2), Metric("loss", 2, 5), Metric("loss", 9, 1), Metric("acc", double.NaN, 0), Metric("far", double.PositiveInfinity, 0)]);
        await _tracking.LogAsync("s", "r", [Metric("loss", 1, 5)]);
        await _tracking.LogAsync("s", "other", [Metric("loss", 7, 99)]);
        var latest = (await _tracking.LatestAsync("s", "r"))["r"].ToDictionary(m => m.Name, m => m.Value);
        Assert.Equal((1, double.NaN, double.PositiveInfinity), (latest["loss"], latest["acc"], latest["far"]));
        Assert.Equal([3, 2, 9, 1], (await _tracking.HistoryAsync("s", "r", "loss")).Select(m => m.Value));
        Assert.Equal(7, Assert.Single((await _tracking.LatestAsync("s"))["other"]).Value);
    }

    [Fact]
    public async Task Forget_OfAScope_LeavesTheOthers()
    {
        foreach (var scope in new[] { "a", "ab" })
        {
            await _tracking.CreateAsync(Experiment(scope, "1", "birds"));
            await _tracking.CreateAsync(new TrackedRun { Scope = scope, Id = "r", ExperimentId = "1", Started = Now });
            await _tracking.LogAsync(scope, "r", [Metric("loss", 1, 1)]);
        }
        await _tracking.ForgetAsync("a");
        Assert.Empty(await _tracking.RunsAsync("a"));
        Assert.Empty(await _tracking.HistoryAsync("a", "r", "loss"));
        Assert.Single(await _tracking.HistoryAsync("ab", "r", "loss"));
        Assert.Equal("birds", (await _tracking.FindExperimentAsync("ab", "1"))?.Name);
        Assert.NotNull(await _tracking.FindRunAsync("ab", "r"));
    }

    private static Experiment Experiment(string scope, string id, string name) => new() { Scope = scope, Id = id, Name = name, Created = Now, Updated = Now };

    private static TrackedMetric Metric(string name, double value, long step) => new(name, value, Now, step);
}
