using System.Collections.Concurrent;
using Isobar.MultiCloud.Manifests;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Keeps the gateway's table as the endpoints stand. A cloud joins once its endpoint has answered; while it is changed it stays, as the gateway itself sees who is well.</summary>
internal sealed class Publication(IEnumerable<IServicePublisher> publishers)
{
    private readonly ConcurrentDictionary<string, PublishedService> _published = new();
    private readonly ConcurrentDictionary<string, byte> _withdrawn = new();

    public async Task UpdateAsync(string project, string model, ServiceWish? wish, IReadOnlyList<ServingStanding> serving, TrialStanding? trial, CancellationToken ct)
    {
        var name = Names.Endpoint(project, model);
        var before = _published.GetValueOrDefault(name);
        var answering = serving.Where(s => wish?.Clouds.Contains(s.Cloud) == true && (s.Phase == Phase.Done || before?.Backends.Any(b => b.Cloud == s.Cloud) == true)).ToList();
        if (answering.Count == 0)
        {
            // Before a restart it may have been published: once, it is withdrawn unseen.
            if (serving.Count == 0 && (before is not null || _withdrawn.TryAdd(name, 0))) await WithdrawAsync(name, ct).ConfigureAwait(false);
            return;
        }
        var now = new PublishedService(name, wish!.Mode, [.. answering.Select(s => new PublishedBackend(s.Cloud, s.Endpoint, wish.Traffic is { Count: > 0 } traffic ? traffic.GetValueOrDefault(s.Cloud) : 1, wish.Clouds.ToList().IndexOf(s.Cloud)))]) { Canary = Trials.Published(wish, trial), Labelled = wish.Monitoring?.Quality is not null };
        if (before is not null && before.Mode == now.Mode && before.Canary == now.Canary && before.Labelled == now.Labelled && before.Backends.SequenceEqual(now.Backends)) return;
        foreach (var publisher in publishers)
            if ((await publisher.PublishAsync(now, ct).ConfigureAwait(false)).Error is not null) return;
        _published[name] = now;
    }

    public async Task WithdrawAsync(string name, CancellationToken ct)
    {
        foreach (var publisher in publishers)
            if ((await publisher.WithdrawAsync(name, ct).ConfigureAwait(false)).Error is not null) return;
        _published.TryRemove(name, out _);
    }
}
