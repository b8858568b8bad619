namespace Isobar.MultiCloud.Routing.Policies;

/// <summary>Chooses a backend.</summary>
public interface IBalancingPolicy
{
    /// <summary>As definitions name it.</summary>
    string Name { get; }

    /// <summary>Chooses one of the candidates, of which there is at least one; gives its index.</summary>
    /// <param name="backends">All of the service.</param>
    /// <param name="candidates">A bit for each that may be chosen.</param>
    /// <param name="key">What sticky requests have in common; empty for none.</param>
    int Pick(ReadOnlySpan<Backend> backends, ulong candidates, ReadOnlySpan<char> key);
}

/// <summary>The policies by name.</summary>
public static class BalancingPolicies
{
    /// <summary>The policy of that name, which <see cref="ServiceRules"/> has checked.</summary>
    public static IBalancingPolicy Create(string name, Random random) => name switch
    {
        "latency" => new LatencyPolicy(random),
        "price" => new PricePolicy(random),
        "sticky" => new StickyPolicy(random),
        "priority" => new PriorityPolicy(random),
        _ => new WeightedPolicy(random),
    };
}
