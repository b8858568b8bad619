using Isobar.MultiCloud.Routing;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Routing;

public sealed class ServiceRouteTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Pick_OneIsDown_NeverAsksItWhileAnotherIsWell()
    {
        var route = Route(Service("a", "b"));
        Break(route.Backends[0]);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(1, route.Pick(0, default)));
    }

    [Fact]
    public void Pick_AllAreDown_AsksThemAllTheSame()
    {
        var route = Route(Service("a", "b"));
        foreach (var backend in route.Backends) Break(backend);
        var first = route.Pick(0, default);
        Assert.Equal(1 - first, route.Pick(1UL << first, default));
        Assert.Equal(-1, route.Pick(0b11, default));
    }

    [Fact]
    public void Pick_PauseIsOver_SendsOneTrialAndWaitsForIt()
    {
        var route = Route(Service("a", "b"));
        Break(route.Backends[0]);
        _time.Advance(TimeSpan.FromSeconds(1));
        var picks = Enumerable.Range(0, 200).Select(_ => route.Pick(0, default)).ToList();
        Assert.Single(picks, 0);
        route.Backends[0].Breaker.Succeeded();
        Assert.InRange(Enumerable.Range(0, 200).Count(_ => route.Pick(0, default) == 0), 60, 140);
    }

    [Fact]
    public void Pick_Canary_HasItsShareAndNoSecondTries()
    {
        var service = Service("a", "b", "new") with { Canary = new CanaryDefinition { Backend = "new" } };
        var route = Route(service, canaryPercent: 10);
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => route.Pick(0, default) == 2), 850, 1150);
        Assert.DoesNotContain(2, Enumerable.Range(0, 1000).Select(_ => route.Pick(1, default)));
        route.CanaryPercent = 0;
        Assert.DoesNotContain(2, Enumerable.Range(0, 1000).Select(_ => route.Pick(0, default)));
    }

    [Fact]
    public void Pick_AllButTheCanaryAreDown_AsksTheCanary()
    {
        var route = Route(Service("a", "b", "new") with { Canary = new CanaryDefinition { Backend = "new" } }, canaryPercent: 1);
        foreach (var backend in route.Backends.Take(2)) Break(backend);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(2, route.Pick(0, default)));
        Assert.True(route.HasUntried(0b11));
        // It has been rolled back: it answers for nobody.
        route.CanaryPercent = 0;
        Assert.DoesNotContain(2, Enumerable.Range(0, 100).Select(_ => route.Pick(0, default)));
        Assert.False(route.HasUntried(0));
    }

    [Fact]
    public void Pick_StickyCallersAndACanary_StayWhereTheyAreUntilAStepReachesThem()
    {
        var route = Route(Service("a", "b", "new") with { Policy = "sticky", Canary = new CanaryDefinition { Backend = "new" } }, canaryPercent: 20);
        var keys = Enumerable.Range(0, 1000).Select(i => $"caller-{i}").ToList();
        var first = keys.ToDictionary(k => k, k => route.Pick(0, k));
        Assert.InRange(first.Values.Count(p => p == 2), 150, 250);
        Assert.All(keys, k => Assert.Equal(first[k], route.Pick(0, k)));
        route.CanaryPercent = 50;
        Assert.All(keys, k => Assert.True(route.Pick(0, k) is var now && (now == first[k] || now == 2)));
    }

    [Fact]
    public void Successor_BackendUnchanged_KeepsItsHealth()
    {
        var first = Route(Service("a", "b"));
        Break(first.Backends[0]);
        var second = new ServiceRoute("s", Service("a", "b", "c") with { Policy = "latency" }, 0, first, _time, new Random(1));
        Assert.Same(first.Backends[0], second.Backends[0]);
        var third = new ServiceRoute("s", Service("a", "b") with { Resilience = new ResilienceDefinition { BreakAfter = 9 } }, 0, second, _time, new Random(1));
        Assert.NotSame(first.Backends[0], third.Backends[0]);
    }

    [Fact]
    public void Check_ManyFaults_TellsThemAll()
    {
        var service = new ServiceDefinition
        {
            Backends = [new() { Name = "a", Url = "ftp://x" }, new() { Name = "a", Cloud = "aws" }, new() { Name = "", Url = "http://user:secret@x" }],
            Policy = "best",
            Canary = new() { Backend = "z", Steps = [50, 5] },
        };
        var faults = ServiceRules.Check(service);
        Assert.Equal(["backends[0].url", "backends[1].endpoint", "backends[1].name", "backends[2].name", "backends[2].url", "canary.backend", "canary.steps", "policy"], faults.Select(f => f.Field).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(faults, f => f.Value?.Contains("secret", StringComparison.Ordinal) == true || f.Message.Contains("secret", StringComparison.Ordinal));
        Assert.Empty(ServiceRules.Check(Service("a", "b")));
        Assert.Equal("backends[0]", Assert.Single(ServiceRules.Check(new ServiceDefinition { Backends = [null!] })).Field);
    }

    private ServiceRoute Route(ServiceDefinition service, double canaryPercent = 0) => new("s", service, canaryPercent, null, _time, new Random(3));

    private static ServiceDefinition Service(params string[] names) => new() { Backends = [.. names.Select(n => new BackendDefinition { Name = n, Url = $"http://{n}.example" })] };

    private static void Break(Backend backend)
    {
        for (var i = 0; i < 5; i++) backend.End(backend.Begin(0), Outcome.Failed, 0);
    }
}
