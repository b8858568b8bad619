using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Alerts;

/// <summary>What callers saw, held against what was promised.</summary>
public sealed class ObjectiveWatchTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryStore _store = new();
    private readonly FakeGateway _gateway = new();
    private readonly Events _events;
    private ObjectiveWatch _watch;

    public ObjectiveWatchTests()
    {
        _events = new Events(_store, _time);
        _watch = Watch();
    }

    [Fact]
    public async Task Failures_BeyondTheBudget_AreToldOnceAndTheirEndToo()
    {
        await PromiseAsync(new Objectives(99.9, null, 30));
        await CountAsync(0, 0);
        // 2 percent fail, twenty times what may.
        for (var minute = 1; minute <= 10; minute++) await CountAsync(980 * minute, 20 * minute);
        var told = Assert.Single(await _events.ListAsync("demo"));
        Assert.Equal("objective", told.Kind);
        Assert.StartsWith("page: ", told.Message, StringComparison.Ordinal);
        Assert.Equal("page", Assert.Single(_watch.Now).Burning);

        // All is well again, and so many are answered that the failures are within what three days allow.
        for (var minute = 1; minute <= 31; minute++) await CountAsync(9800 + 100_000 * minute, 200);
        Assert.Contains("within its objective again", (await _events.ListAsync("demo"))[0].Message, StringComparison.Ordinal);
        Assert.Null(Assert.Single(_watch.Now).Burning);
    }

    [Fact]
    public async Task Slowness_BeyondTheBudget_IsToldWhereALatencyIsPromised()
    {
        await PromiseAsync(new Objectives(99.9, 100, 30));
        await CountAsync(0, 0);
        for (var minute = 1; minute <= 10; minute++) await CountAsync(1000 * minute, 0, slow: 400 * minute);
        var told = Assert.Single(await _events.ListAsync("demo"));
        Assert.Contains("took longer than 100 ms", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFewFailures_OfAQuietService_AreNoPattern()
    {
        await PromiseAsync(new Objectives(99.9, null, 30));
        await CountAsync(0, 0);
        for (var minute = 1; minute <= 10; minute++) await CountAsync(minute, Math.Min(4, minute));
        Assert.Empty(await _events.ListAsync("demo"));
    }

    [Fact]
    public async Task Counts_OverARestart_AreNotForgotten()
    {
        await PromiseAsync(new Objectives(99, null, 28));
        await CountAsync(0, 0);
        for (var minute = 1; minute <= 20; minute++) await CountAsync(100 * minute, 0);
        _watch = Watch();
        await _watch.LookAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Assert.Single(_watch.Now).Requests, 1500, 2000);
    }

    [Fact]
    public async Task SeveralServers_AreCountedTogetherAndToldOfByOne()
    {
        await PromiseAsync(new Objectives(99.9, null, 30));
        var (first, second) = (new Turns { Leads = true }, new Turns());
        var (leader, other) = (Watch(first), Watch(second));
        // Neither server alone has seen five failures of two percent; both together have.
        for (var minute = 0; minute <= 2; minute++) await BothAsync(minute);
        Assert.Single(await _events.ListAsync("demo"));
        Assert.Equal(("page", 400L), (Assert.Single(leader.Now).Burning, leader.Now[0].Requests));
        Assert.Equal(("page", 400L), (Assert.Single(other.Now).Burning, other.Now[0].Requests));

        // The leader is gone, and what it has told is not told again; what it has counted counts, and a server that came anew counts from nothing.
        (first.Leads, second.Leads) = (false, true);
        _gateway.Servers!["c"] = new TallyCounts(50, 0, 0);
        await other.LookAsync(TestContext.Current.CancellationToken);
        Assert.Single(await _events.ListAsync("demo"));
        Assert.Equal(450, Assert.Single(other.Now).Requests);

        async Task BothAsync(int minute)
        {
            _gateway.Servers = new() { ["a"] = new(98 * minute, 2 * minute, 0), ["b"] = new(98 * minute, 2 * minute, 0) };
            await leader.LookAsync(TestContext.Current.CancellationToken);
            await other.LookAsync(TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Window_OfThreeDays_KeepsFewSpansAndEveryRequest()
    {
        var window = new RequestWindow();
        for (var minute = 0; minute < 3 * 24 * 60; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            window.Add(_time.GetUtcNow(), 10, 1, 2);
        }
        Assert.InRange(window.Spans.Count, 300, 600);
        Assert.Equal((600, 60, 120), window.Before(_time.GetUtcNow(), TimeSpan.FromHours(1)));
        Assert.InRange(window.Before(_time.GetUtcNow(), TimeSpan.FromDays(3)).Requests, 43_200 - 600, 43_200);
    }

    [Fact]
    public void Windows_OfAnotherPeriod_SpendTheSameShares()
    {
        Assert.Equal([14.4, 6, 1], BurnRate.WindowsOf(30).Select(w => Math.Round(w.Rate, 6)));
        Assert.Equal([3.36, 1.4], BurnRate.WindowsOf(7).Take(2).Select(w => Math.Round(w.Rate, 6)));
        Assert.Equal(2, BurnRate.WindowsOf(1).Count);
    }

    private ObjectiveWatch Watch(IProjectTurns? turns = null) => new(_store, [_gateway], _events, _time, turns);

    private Task PromiseAsync(Objectives objectives) =>
        _store.PutAsync(Kinds.Projects, "demo", new Project(new Manifest("demo", Models: new Dictionary<string, ModelWish> { ["line"] = new(Service: new ServiceWish(["aws"], Objectives: objectives)) }), 1, _time.GetUtcNow(), "me"), TestContext.Current.CancellationToken);

    private async Task CountAsync(long answered, long failed, long slow = 0)
    {
        _gateway.Counts = new TallyCounts(answered, failed, slow);
        await _watch.LookAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(1));
    }

    private sealed class Turns : IProjectTurns
    {
        public bool Leads { get; set; }

        public Task LookAsync(string project, CancellationToken ct) => Task.CompletedTask;
    }
}
