using Isobar.Server.Cluster;

namespace Isobar.Server.Gateway.Keys;

/// <summary>Divides the rates of keys between the silos of a cluster, by how often each was asked of late: a caller that knows one address alone is not slowed down for it.</summary>
internal sealed class KeyShares
{
    /// <summary>The part that is divided evenly, so that a caller who goes to another silo is let in there.</summary>
    private const double Even = 0.1;
    private Dictionary<(string Silo, string Key), long> _last = [];

    /// <summary>Looks at what was asked since the last time.</summary>
    public void Divide(string own, IReadOnlyDictionary<string, KeyRate> rates, IReadOnlyList<Peer> others)
    {
        var now = new Dictionary<(string, string), long>();
        var fresh = others.Where(o => o.IsFresh).ToList();
        foreach (var (key, rate) in rates)
        {
            var mine = Since(own, key, rate.Asked);
            rate.Take(Of(mine, [.. fresh.Select(o => Since(o.Silo, key, o.Counts.Asked?.GetValueOrDefault(key) ?? 0))]));
        }
        _last = now;

        long Since(string silo, string key, long asked)
        {
            now[(silo, key)] = asked;
            return Math.Max(0, asked - _last.GetValueOrDefault((silo, key)));
        }
    }

    /// <summary>The share of a silo; those of all silos add up to one.</summary>
    public static double Of(long mine, IReadOnlyList<long> others)
    {
        var (all, silos) = (mine + others.Sum(), others.Count + 1.0);
        return all == 0 ? 1 / silos : (1 - Even) * mine / all + Even / silos;
    }
}
