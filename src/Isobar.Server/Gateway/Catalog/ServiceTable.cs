using System.Collections.Frozen;

namespace Isobar.Server.Gateway.Catalog;

/// <summary>All services, as one immutable table: a request reads it once and touches no lock and no database.</summary>
internal sealed class ServiceTable
{
    private volatile Snapshot _now = new(new Dictionary<string, LiveService>());

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<LiveService> All => _now.ByName.Values;

    /// <summary>The service of a name; null where there is none.</summary>
    public LiveService? Find(ReadOnlySpan<char> name) => _now.BySpan.TryGetValue(name, out var service) ? service : null;

    /// <summary>Puts another table in its place.</summary>
    public void Replace(IReadOnlyDictionary<string, LiveService> services) => _now = new Snapshot(services);

    private sealed class Snapshot
    {
        public Snapshot(IReadOnlyDictionary<string, LiveService> services)
        {
            ByName = services.ToFrozenDictionary(StringComparer.Ordinal);
            BySpan = ByName.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public FrozenDictionary<string, LiveService> ByName { get; }
        public FrozenDictionary<string, LiveService>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }
    }
}
