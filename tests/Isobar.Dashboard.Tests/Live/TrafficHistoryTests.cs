using Isobar.MultiCloud.Routing;
using Isobar.Server.Dashboard.Live;
using Isobar.Server.Gateway.Catalog;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Dashboard.Tests.Live;

public sealed class TrafficHistoryTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceTable _table = new();
    private readonly TrafficHistory _history;

    public TrafficHistoryTests() => _history = new TrafficHistory(_table, _time);

    public void Dispose() => _history.Dispose();

    [Fact]
    public void Look_EachSecond_TellsRatesAndLatency()
    {
        var backend = Serve("s", null).Backends[0];
        _history.Look();
        Answer(backend, 10, TimeSpan.FromMilliseconds(5));
        backend.End(backend.Begin(0), Outcome.Failed, 0);
        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromMilliseconds(50));
        _history.Look();
        var now = _history.Now("s", "a")!.Value;
        Assert.Equal(5.5, now.Requests, 3);
        Assert.Equal(0.5, now.Failures, 3);
        Assert.InRange(now.P50Ms!.Value, 4.5, 5.5);
        _time.Advance(TimeSpan.FromSeconds(1));
        _history.Look();
        Assert.Equal((0, null), (_history.Now("s", "a")!.Value.Requests, _history.Now("s", "a")!.Value.P50Ms));
    }

    [Fact]
    public void Look_ForHours_HoldsABoundedNumberOfPoints()
    {
        Serve("s", null);
        for (var i = 0; i <= 60 * (TrafficHistory.Minutes + 5); i++)
        {
            _history.Look();
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(TrafficHistory.Seconds, _history.SecondsOf("s", "a").Count);
        Assert.Equal(TrafficHistory.Minutes, _history.MinutesOf("s", "a").Count);
    }

    [Fact]
    public void Look_AtABackendThatFalls_TellsTheChangeOnce()
    {
        var backend = Serve("s", null).Backends[0];
        _history.Look();
        for (var i = 0; i < 5; i++) backend.End(backend.Begin(0), Outcome.Failed, 0);
        _history.Look();
        _history.Look();
        var change = Assert.Single(_history.Changes("s"));
        Assert.Equal(("a", "up", "broken"), (change.Backend, change.From, change.To));
        Assert.Empty(_history.Changes("another"));
    }

    [Fact]
    public void Look_AtAServiceThatWasChanged_CountsFromNothing()
    {
        var before = Serve("s", null);
        Answer(before.Backends[0], 100, TimeSpan.Zero);
        _history.Look();
        Serve("s", null);
        _time.Advance(TimeSpan.FromSeconds(1));
        _history.Look();
        _time.Advance(TimeSpan.FromSeconds(1));
        _history.Look();
        Assert.Equal(0, _history.Now("s", "a")!.Value.Requests);
        _table.Replace(new Dictionary<string, LiveService>());
        _history.Look();
        Assert.Empty(_history.SecondsOf("s", "a"));
    }

    private ServiceRoute Serve(string name, ServiceRoute? predecessor)
    {
        var route = new ServiceRoute(name, new ServiceDefinition { Backends = [new BackendDefinition { Name = "a", Url = "http://127.0.0.1:1/" }] }, 0, predecessor, _time, new Random(1));
        _table.Replace(new Dictionary<string, LiveService> { [name] = new(route, [], 1, null, null) });
        return route;
    }

    private void Answer(Backend backend, int times, TimeSpan took)
    {
        for (var i = 0; i < times; i++)
        {
            var began = backend.Begin(0);
            _time.Advance(took);
            backend.End(began, Outcome.Answered, 0);
        }
    }
}
