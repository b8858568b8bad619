namespace Isobar.Server.Cluster;

/// <summary>What another silo of the cluster has counted.</summary>
/// <param name="IsFresh">Whether it wrote that within the last seconds; one that is gone stays in the list for a while, as what it counted was counted.</param>
internal sealed record Peer(string Silo, SiloCounts Counts, bool IsFresh);

/// <summary>What the gateways of the other silos have counted. Each silo sees a part of the traffic; who judges a service must see all of it.</summary>
internal interface IPeers
{
    /// <summary>This silo, unlike any that was or will be.</summary>
    string Own { get; }

    /// <summary>Whether this silo judges for all.</summary>
    bool Leads { get; }

    /// <summary>The others.</summary>
    IReadOnlyList<Peer> Others { get; }
}

/// <summary>A server on its own has none.</summary>
internal sealed class NoPeers : IPeers
{
    public string Own { get; } = Guid.NewGuid().ToString("n");

    public bool Leads => true;

    public IReadOnlyList<Peer> Others => [];
}
