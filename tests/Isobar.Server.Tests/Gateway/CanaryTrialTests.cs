using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;
using Isobar.Server.Cluster;
using Isobar.Server.Gateway.Canaries;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.Server.Tests.Gateway;

/// <summary>A canary is judged by what all silos have counted.</summary>
public sealed class CanaryTrialTests
{
    private const int Wanted = 100;
    private readonly FakePeers _peers = new();
    private readonly ServiceRoute _route;

    public CanaryTrialTests()
    {
        var definition = new ServiceDefinition { Backends = [new() { Name = "stable", Url = "http://a" }, new() { Name = "new", Url = "http://b" }], Canary = new() { Backend = "new", RequestsPerStep = Wanted } };
        _route = new ServiceRoute("s", definition, 5, null, new FakeTimeProvider(), new Random(1));
    }

    [Fact]
    public void Look_OfAQuietSilo_GoesOnByWhatTheOthersSaw()
    {
        Tell(0, 0);
        var trial = new CanaryTrial(_route, _peers);
        Assert.Equal(CanaryVerdict.Wait, trial.Look(TimeSpan.Zero).Verdict);
        Tell(Wanted, 0);
        Assert.Equal(CanaryVerdict.Advance, trial.Look(TimeSpan.Zero).Verdict);
    }

    [Fact]
    public void Look_WhoseCanaryFailsElsewhere_RollsBack()
    {
        Tell(0, 0);
        var trial = new CanaryTrial(_route, _peers);
        Tell(Wanted / 2, Wanted / 2);
        Assert.Equal(CanaryVerdict.RollBack, trial.Look(TimeSpan.Zero).Verdict);
    }

    [Fact]
    public void Look_AtTheNextStep_CountsFromThere()
    {
        Tell(Wanted, 0);
        var trial = new CanaryTrial(_route, _peers);
        Assert.Equal(CanaryVerdict.Wait, trial.Look(TimeSpan.Zero).Verdict);
        // The other silo's backend was set up anew.
        Tell(10, 0);
        Assert.Equal(CanaryVerdict.Wait, trial.Look(TimeSpan.Zero).Verdict);
        Tell(Wanted, 0);
        Assert.Equal(CanaryVerdict.Advance, trial.Look(TimeSpan.Zero).Verdict);
        trial.NextStep();
        Assert.Equal(CanaryVerdict.Wait, trial.Look(TimeSpan.Zero).Verdict);
    }

    [Fact]
    public void Dense_OfAPeersBuckets_LeavesOutThoseItDoesNotKnow() =>
        Assert.Equal(3, Histograms.Dense(new Dictionary<int, int> { [-1] = 1, [5] = 3, [LatencyHistogram.Buckets] = 7 }).Sum());

    private void Tell(int answered, long failed)
    {
        var times = new Dictionary<int, int> { [40] = answered };
        _peers.Others = [new Peer("other", new SiloCounts(new Dictionary<string, SharedService> { ["s"] = new(failed, times, new Dictionary<string, SharedBackend> { ["stable"] = new(0, 0, new Dictionary<int, int> { [40] = 20 * answered }), ["new"] = new(0, failed, times) }) }), true)];
    }

    private sealed class FakePeers : IPeers
    {
        public string Own => "own";

        public bool Leads => true;

        public IReadOnlyList<Peer> Others { get; set; } = [];
    }
}
