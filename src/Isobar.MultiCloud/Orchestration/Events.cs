using System.Globalization;
using System.Security.Cryptography;
using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What happened of late, for people: the newest thousand.</summary>
public sealed class Events(IControlStore store, TimeProvider time)
{
    private const int Kept = 1000;
    // Two servers of a cluster may tell something in the same instant.
    private readonly string _server = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private readonly Lock _lock = new();
    private long _last;
    private int _count;

    /// <summary>Called for each event of this server once it is written down, and so are the alerts that it calls for.</summary>
    public event Action<ControlEvent>? Happened;

    /// <summary>The newest events, newest first.</summary>
    public async Task<IReadOnlyList<ControlEvent>> ListAsync(string? project = null, int most = 100, CancellationToken ct = default) =>
        [.. (await store.ListAsync(Kinds.Events, "", ct).ConfigureAwait(false)).Select(e => e.Value).Where(e => project is null || e.Project == project).Reverse().Take(most)];

    internal async Task AddAsync(string kind, string project, string? model, string? cloud, string message, CancellationToken ct)
    {
        var told = new ControlEvent(time.GetUtcNow(), kind, project, model, cloud, message);
        long key;
        bool tidy;
        // Two in the same instant are two.
        lock (_lock) (key, tidy) = (_last = Math.Max(_last + 1, told.At.UtcTicks), _count++ % 100 == 99);
        var id = string.Create(CultureInfo.InvariantCulture, $"{key:D20}-{_server}");
        // The alerts first: what people can read here, those who asked for it are told.
        if (await store.GetAsync(Kinds.Projects, project, ct).ConfigureAwait(false) is { Value.Manifest.Alerts: { Count: > 0 } alerts })
            foreach (var (i, target) in alerts.Where(t => t.On is null || t.On.Contains(kind)).Index())
                await store.PutAsync(Delivery.Kind, $"{id}-{i}", new Delivery(told, target), ct).ConfigureAwait(false);
        await store.PutAsync(Kinds.Events, id, told, ct).ConfigureAwait(false);
        Happened?.Invoke(told);
        if (!tidy) return;
        var all = await store.ListAsync(Kinds.Events, "", ct).ConfigureAwait(false);
        foreach (var old in all.Take(Math.Max(0, all.Count - Kept))) await store.DeleteAsync(Kinds.Events, old.Id, ct).ConfigureAwait(false);
    }
}
