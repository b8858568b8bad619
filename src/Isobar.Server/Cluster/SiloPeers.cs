using Isobar.Engine.State;
using Isobar.Server.Gateway.Catalog;
using Isobar.Server.Gateway.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Isobar.Server.Cluster;

/// <summary>Writes down every two seconds what this silo has counted, and reads what the others wrote. While the database is away, what was read last stands.</summary>
internal sealed partial class SiloPeers([FromKeyedServices(ClusterRegistration.Shared)] IStateStore store, ServiceTable table, ApiKeys keys, ILocalSiloDetails own, IClusterMembershipService members, TimeProvider time, ILogger<SiloPeers> log) : BackgroundService, IPeers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2), Fresh = TimeSpan.FromSeconds(10), Kept = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, (long Version, DateTimeOffset Seen)> _seen = [];
    private readonly HashSet<string> _known = [];
    private readonly Outage _outage = new(time);
    private readonly KeyShares _shares = new();
    private volatile IReadOnlyList<Peer> _others = [];

    public string Own => own.SiloAddress.ToParsableString();

    // The first by its address; all see the same list but for moments.
    public bool Leads => members.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).Select(m => m.SiloAddress.ToParsableString()).Min(StringComparer.Ordinal) == Own;

    public IReadOnlyList<Peer> Others => _others;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, time);
        while (await beat.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                TellMembers();
                await ExchangeAsync(stoppingToken).ConfigureAwait(false);
                _outage.Ends();
            }
            catch (Exception e) when (e is not OperationCanceledException) { if (_outage.Goes()) LogAway(log, e.Message); }
        }
    }

    private void TellMembers()
    {
        var active = members.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active).ToDictionary(m => m.SiloAddress.ToParsableString(), m => m.Name);
        foreach (var (address, name) in active)
            if (_known.Add(address) && address != Own) LogJoined(log, name, address);
        foreach (var gone in _known.Where(k => !active.ContainsKey(k)).ToList())
        {
            _known.Remove(gone);
            LogLeft(log, gone);
        }
    }

    private async Task ExchangeAsync(CancellationToken ct)
    {
        await store.PutAsync(SiloCounts.Collection, Own, SiloCounts.Of(table, keys), ct).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var others = new List<Peer>();
        foreach (var one in await store.ListAsync(SiloCounts.Collection, "", ct).ConfigureAwait(false))
        {
            if (one.Id == Own) continue;
            // Freshness by this clock alone: those of other machines may be wrong.
            if (!_seen.TryGetValue(one.Id, out var seen) || seen.Version != one.Version) _seen[one.Id] = seen = (one.Version, now);
            if (now - seen.Seen < Kept) others.Add(new(one.Id, one.Value, now - seen.Seen < Fresh));
            else if (Leads)
            {
                await store.DeleteAsync(SiloCounts.Collection, one.Id, ct).ConfigureAwait(false);
                _seen.Remove(one.Id);
            }
        }
        _others = others;
        _shares.Divide(Own, keys.Rates, others);
    }

    [LoggerMessage(LogLevel.Warning, "What the silos of the cluster have counted could not be exchanged. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The silo {Name} at {Address} belongs to the cluster.")]
    private static partial void LogJoined(ILogger logger, string name, string address);

    [LoggerMessage(LogLevel.Warning, "The silo at {Address} is gone; what it looked after goes on elsewhere.")]
    private static partial void LogLeft(ILogger logger, string address);
}
