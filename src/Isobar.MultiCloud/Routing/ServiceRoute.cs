using System.Numerics;
using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing.Policies;

namespace Isobar.MultiCloud.Routing;

/// <summary>A service as the hot path sees it. It is immutable but for counters and health; a changed definition makes a new one, which takes over the backends that stay the same.</summary>
public sealed class ServiceRoute
{
    private readonly Backend[] _backends;
    private readonly IBalancingPolicy _policy;
    private readonly Random _random;
    private readonly ulong _stable;
    private readonly int _canary = -1;
    private int _hedgeAfter;
    private double _canaryShare;

    /// <summary>Makes the route of a definition that <see cref="ServiceRules"/> has found well.</summary>
    /// <param name="name">The service.</param>
    /// <param name="definition">What it is to be.</param>
    /// <param name="canaryPercent">The canary's share now; 0 where it was rolled back.</param>
    /// <param name="predecessor">The route that this one replaces.</param>
    public ServiceRoute(string name, ServiceDefinition definition, double canaryPercent, ServiceRoute? predecessor, TimeProvider time, Random random)
    {
        (Name, Definition, _random) = (name, definition, random);
        // What breakers and checks are made of is the service's: with other rules they begin anew.
        var keep = predecessor is not null && predecessor.Definition.Resilience == definition.Resilience && predecessor.Definition.Health == definition.Health;
        _backends = [.. definition.Backends.Select(b => (keep ? predecessor!._backends.FirstOrDefault(o => o.Definition == b) : null) ?? new Backend(b, definition, time))];
        Tally = predecessor?.Tally ?? new ServiceTally();
        _policy = BalancingPolicies.Create(definition.Policy, random);
        Budget = keep ? predecessor!.Budget : new RetryBudget(definition.Resilience.RetryShare, definition.Resilience.RetryReserve);
        Limit = predecessor?.Definition.MaxConcurrent == definition.MaxConcurrent ? predecessor.Limit : new ConcurrencyLimit(definition.MaxConcurrent);
        foreach (var (i, backend) in definition.Backends.Index())
        {
            if (backend.Name == definition.Canary?.Backend) _canary = i;
            else if (backend.Name == definition.Shadow?.Backend) Shadow = i;
            else _stable |= 1UL << i;
        }
        _hedgeAfter = definition.Resilience.HedgeAfterMs;
        CanaryPercent = canaryPercent;
    }

    /// <summary>The service.</summary>
    public string Name { get; }
    /// <summary>What it was told to be.</summary>
    public ServiceDefinition Definition { get; }
    /// <summary>All backends, canary and shadow among them.</summary>
    public IReadOnlyList<Backend> Backends => _backends;
    /// <summary>What second tries may cost.</summary>
    public RetryBudget Budget { get; }
    /// <summary>Requests under way.</summary>
    public ConcurrencyLimit Limit { get; }
    /// <summary>What callers saw.</summary>
    public ServiceTally Tally { get; }
    /// <summary>The shadow's index; -1 without one.</summary>
    public int Shadow { get; } = -1;
    /// <summary>What copies have shown.</summary>
    public ShadowCounts ShadowCounts { get; } = new();
    /// <summary>The canary's index; -1 without one.</summary>
    public int Canary => _canary;
    /// <summary>The canary's share of the traffic, in percent.</summary>
    public double CanaryPercent { get => Volatile.Read(ref _canaryShare) * 100; set => Volatile.Write(ref _canaryShare, value / 100); }
    /// <summary>When a second backend is asked, in milliseconds.</summary>
    public int HedgeAfterMs { get => Volatile.Read(ref _hedgeAfter); set => Volatile.Write(ref _hedgeAfter, value); }

    /// <summary>
    /// Chooses a backend that this request has not tried: 1. the canary, by its share, and sticky callers always or never; 2. those that are well; 3. when none is, the canary
    /// however small its share, where it is well; then those that are not, since health may be misjudged and a refusal helps nobody; 4. when all were tried, one that is well once more. Gives -1 when the request has tried all, and none is well.
    /// </summary>
    public int Pick(ulong tried, ReadOnlySpan<char> key)
    {
        // 1.
        if (_canary >= 0 && tried == 0 && _canaryShare > 0 && Draw(key) < _canaryShare && _backends[_canary] is { IsAvailable: true } canary && canary.Breaker.TryEnter()) return _canary;
        for (var candidates = _stable & ~tried; candidates != 0;)
        {
            // 2.
            var well = Well(candidates);
            if (well == 0) break;
            var picked = well == (well & (ulong)-(long)well) ? BitOperations.TrailingZeroCount(well) : _policy.Pick(_backends, well, key);
            if (_backends[picked].Breaker.TryEnter()) return picked;
            // Another request's trial of a returning backend was faster.
            candidates &= ~(1UL << picked);
        }
        // 3.
        if (CanaryMayHelp(tried) && _backends[_canary].Breaker.TryEnter()) return _canary;
        if ((_stable & ~tried) is not 0 and var unwell) return _policy.Pick(_backends, unwell, key);
        // 4.
        return Well(_stable) is not 0 and var again ? _policy.Pick(_backends, again, key) : -1;
    }

    /// <summary>Whether a backend is left that this request has not tried and that may be asked.</summary>
    public bool HasUntried(ulong tried) => Well(_stable & ~tried) != 0 || CanaryMayHelp(tried);

    // One that was rolled back helps nobody; one on trial is better than a failure, once a request has found no other that is well.
    private bool CanaryMayHelp(ulong tried) => _canary >= 0 && _canaryShare > 0 && (tried & (1UL << _canary)) == 0 && Well(_stable) == 0 && _backends[_canary].IsAvailable;

    // A sticky caller is the canary's from the step on that reaches it, and does not go to and fro between two models.
    private double Draw(ReadOnlySpan<char> key) => key.IsEmpty || _policy is not StickyPolicy ? _random.NextDouble() : StickyPolicy.Draw(key);

    private ulong Well(ulong candidates)
    {
        ulong well = 0;
        for (var rest = candidates; rest != 0; rest &= rest - 1)
        {
            var index = BitOperations.TrailingZeroCount(rest);
            if (_backends[index].IsAvailable) well |= 1UL << index;
        }
        return well;
    }
}
