using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Policies;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Routing.Policies;

public sealed class PolicyTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(7);

    [Fact]
    public void Weighted_ManyRequests_FollowTheWeights()
    {
        var counts = Count(new WeightedPolicy(_random), 10_000, Make(("a", 3), ("b", 1), ("c", 0)));
        Assert.InRange(counts[0], 7300, 7700);
        Assert.InRange(counts[1], 2300, 2700);
        Assert.Equal(0, counts[2]);
    }

    [Fact]
    public void Weighted_OnlyOnesWithoutWeightLeft_StillAnswer() => Assert.All(Count(new WeightedPolicy(_random), 1000, Make(("a", 0), ("b", 0))), c => Assert.InRange(c, 400, 600));

    [Fact]
    public void Latency_OneIsSlow_TheOtherHasTheTrafficUntilItFades()
    {
        var backends = Make(("slow", 1), ("fast", 1));
        backends[0].Latency.Observe(50_000);
        backends[1].Latency.Observe(1_000);
        var policy = new LatencyPolicy(_random);
        Assert.Equal([0, 100], Count(policy, 100, backends));
        _time.Advance(TimeSpan.FromSeconds(200));
        backends[1].Latency.Observe(1_000);
        Assert.Equal(0, policy.Pick(backends, 0b11, default));
    }

    [Fact]
    public void Latency_EqualOnes_GoByWhatIsUnderWay()
    {
        var backends = Make(("a", 1), ("b", 1));
        foreach (var b in backends) b.Latency.Observe(1000);
        backends[0].Begin(0);
        Assert.Equal([0, 50], Count(new LatencyPolicy(_random), 50, backends));
    }

    [Fact]
    public void Price_CheapestIsFull_TakesTheNextCheapest()
    {
        Backend[] backends = [Make(new BackendDefinition { Name = "dear", Price = 9 }), Make(new BackendDefinition { Name = "cheap", Price = 1, Capacity = 2 }), Make(new BackendDefinition { Name = "middle", Price = 5 })];
        var policy = new PricePolicy(_random);
        Assert.Equal(1, policy.Pick(backends, 0b111, default));
        backends[1].Begin(0);
        backends[1].Begin(0);
        Assert.Equal(2, policy.Pick(backends, 0b111, default));
        Assert.Equal(0, policy.Pick(backends, 0b001, default));
    }

    [Fact]
    public void Price_CheapestHasWeightZero_HasNothingWhileAnotherIsLeft()
    {
        Backend[] backends = [Make(new BackendDefinition { Name = "drained", Price = 1, Weight = 0 }), Make(new BackendDefinition { Name = "dear", Price = 9 })];
        var policy = new PricePolicy(_random);
        Assert.Equal(1, policy.Pick(backends, 0b11, default));
        Assert.Equal(0, policy.Pick(backends, 0b01, default));
    }

    [Fact]
    public void Sticky_BackendLeaves_OnlyItsKeysMoveAndTheyComeBack()
    {
        var backends = Make(("a", 1), ("b", 1), ("c", 2));
        var policy = new StickyPolicy(_random);
        var keys = Enumerable.Range(0, 4000).Select(i => $"user-{i}").ToList();
        var before = keys.ToDictionary(k => k, k => policy.Pick(backends, 0b111, k));
        var without = keys.ToDictionary(k => k, k => policy.Pick(backends, 0b011, k));
        Assert.All(keys.Where(k => before[k] != 2), k => Assert.Equal(before[k], without[k]));
        Assert.All(keys, k => Assert.Equal(before[k], policy.Pick(backends, 0b111, k)));
        Assert.InRange(before.Values.Count(v => v == 2), 1880, 2120);
        Assert.InRange(before.Values.Count(v => v == 0), 900, 1100);
    }

    [Fact]
    public void Priority_FirstGroupGone_TheNextTakesOver()
    {
        Backend[] backends = [Make(new BackendDefinition { Name = "active", Priority = 0 }), Make(new BackendDefinition { Name = "second", Priority = 1 }), Make(new BackendDefinition { Name = "third", Priority = 2 })];
        var policy = new PriorityPolicy(_random);
        Assert.Equal([20, 0, 0], Count(policy, 20, backends));
        Assert.Equal(1, policy.Pick(backends, 0b110, default));
    }

    private static int[] Count(IBalancingPolicy policy, int times, Backend[] backends)
    {
        var counts = new int[backends.Length];
        for (var i = 0; i < times; i++) counts[policy.Pick(backends, (1UL << backends.Length) - 1, default)]++;
        return counts;
    }

    private Backend[] Make(params (string Name, double Weight)[] weights) => [.. weights.Select(w => Make(new BackendDefinition { Name = w.Name, Weight = w.Weight }))];

    private Backend Make(BackendDefinition definition) => new(definition, new ServiceDefinition(), _time);
}
