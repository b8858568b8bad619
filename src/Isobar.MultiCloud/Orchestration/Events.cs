using System.Globalization;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What happened of late, for people: the newest thousand.</summary>
public sealed class Events(IControlStore store, TimeProvider time)
{
    private const int Kept = 1000;
    private readonly Lock _lock = new();
    private long _last;
    private int _count;

    /// <summary>Called for each event, at once: alerts are sent from here.</summary>
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
        await store.PutAsync(Kinds.Events, key.ToString("D20", CultureInfo.InvariantCulture), told, ct).ConfigureAwait(false);
        Happened?.Invoke(told);
        if (!tidy) return;
        var all = await store.ListAsync(Kinds.Events, "", ct).ConfigureAwait(false);
        foreach (var old in all.Take(Math.Max(0, all.Count - Kept))) await store.DeleteAsync(Kinds.Events, old.Id, ct).ConfigureAwait(false);
    }
}
