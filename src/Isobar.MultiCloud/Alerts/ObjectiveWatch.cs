using System.Collections.Concurrent;
using System.Globalization;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Alerts;

/// <summary>
/// Holds what callers saw against what manifests promise, and tells when an error budget burns too fast: once when it begins, once when it is over. In a cluster one
/// server counts for all and tells; the others show what it has kept, and go on from there when they take its place.
/// </summary>
public sealed class ObjectiveWatch(IControlStore store, IEnumerable<IServicePublisher> publishers, Events events, TimeProvider time, IProjectTurns? turns = null)
{
    /// <summary>Fewer bad requests than these are no pattern, whatever share they are of a quiet service.</summary>
    private const int FewestBad = 5;
    /// <summary>A latency is promised for 99 of 100 requests.</summary>
    private const double LatencyTarget = 99;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15), KeepEvery = TimeSpan.FromMinutes(5);
    private static readonly Kind<KeptRequests> Kept = new("control.objectives", ObjectivesJson.Default.KeptRequests);
    private readonly ConcurrentDictionary<string, Watched> _watched = new();

    /// <summary>How the objectives stand.</summary>
    public IReadOnlyList<ObjectiveStanding> Now => [.. _watched.Values.SelectMany(w => w.Standing).OrderBy(s => s.Project, StringComparer.Ordinal).ThenBy(s => s.Model, StringComparer.Ordinal).ThenBy(s => s.Objective, StringComparer.Ordinal)];

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var beat = new PeriodicTimer(Every, time);
        do await LookAsync(ct).ConfigureAwait(false);
        while (await beat.WaitForNextTickAsync(ct).ConfigureAwait(false));
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        var seen = new HashSet<string>();
        foreach (var project in (await store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false)).Select(p => p.Value).Where(p => !p.Leaving))
            foreach (var (model, wish) in project.Manifest.Models ?? new Dictionary<string, ModelWish>())
                if (wish.Service?.Objectives is { } objectives && seen.Add(Names.Standing(project.Manifest.Name, model)))
                    await ServiceAsync(project.Manifest.Name, model, objectives, ct).ConfigureAwait(false);
        foreach (var gone in _watched.Keys.Except(seen).ToList())
            if (_watched.TryRemove(gone, out _) && Leads) await store.DeleteAsync(Kept, gone, ct).ConfigureAwait(false);
    }

    private bool Leads => turns?.Leads != false;

    private async Task ServiceAsync(string project, string model, Objectives objectives, CancellationToken ct)
    {
        var key = Names.Standing(project, model);
        var leads = Leads;
        // What this server counted itself is the truth as long as it is the one that counts.
        if (!_watched.TryGetValue(key, out var watched) || !watched.Leads) _watched[key] = watched = new Watched((await store.GetAsync(Kept, key, ct).ConfigureAwait(false))?.Value);
        watched.Leads = leads;
        var now = time.GetUtcNow();
        if (leads) watched.Count(publishers.SelectMany(p => p.Tallies(Names.Endpoint(project, model), objectives.LatencyMs)).ToDictionary(), now);
        var standing = new List<ObjectiveStanding> { await HoldAsync("availability", objectives.Availability, null, c => c.Failed, c => c.Requests).ConfigureAwait(false) };
        if (objectives.LatencyMs is { } latency) standing.Add(await HoldAsync("latency", LatencyTarget, latency, c => c.Slow, c => c.Requests - c.Failed).ConfigureAwait(false));
        watched.Standing = standing;
        // Another server is to go on from here at any time; one on its own writes less often.
        if (!leads || turns is null && now - watched.KeptAt < KeepEvery) return;
        watched.KeptAt = now;
        await store.PutAsync(Kept, key, watched.Keep(), ct).ConfigureAwait(false);

        async Task<ObjectiveStanding> HoldAsync(string objective, double target, double? limit, Func<(long Requests, long Failed, long Slow), long> bad, Func<(long Requests, long Failed, long Slow), long> of)
        {
            RequestCounts Counts(TimeSpan span) => watched.Window.Before(now, span) is var c ? new RequestCounts(of(c), bad(c)) : default;
            var burning = BurnRate.Of(target, s => Counts(s) is { Bad: >= FewestBad } enough ? enough : default, objectives.WindowDays);
            if (leads && burning?.Severity != watched.Burning.GetValueOrDefault(objective))
            {
                watched.Burning[objective] = burning?.Severity;
                await events.AddAsync("objective", project, model, null, burning is null ? $"The {objective} of {model} is within its objective again." : Message(objective, target, limit, burning, Counts(burning.Long)), ct).ConfigureAwait(false);
            }
            return new(project, model, objective, target, limit, Percent(Counts(TimeSpan.FromHours(1))), Percent(Counts(TimeSpan.FromDays(3))), (long)Counts(TimeSpan.FromDays(3)).Requests, burning?.Severity);
        }

        string Message(string objective, double target, double? limit, BurnWindow window, RequestCounts counts) => string.Create(CultureInfo.InvariantCulture,
            $"{window.Severity}: {counts.Bad:0} of {counts.Requests:0} requests to {model} {(objective == "latency" ? $"took longer than {limit:0.##} ms" : "failed")} in {window.Long.TotalHours:0.#} h; at that rate the error budget of {target:0.###} % is spent {window.Rate:0.#} times as fast as it may be, or faster.");
    }

    private static double? Percent(RequestCounts counts) => counts.Requests > 0 ? 100 * (1 - counts.Share) : null;

    private sealed class Watched(KeptRequests? kept)
    {
        private IReadOnlyDictionary<string, TallyCounts>? _last = kept?.Last;

        public RequestWindow Window { get; } = new(kept?.Spans);
        public Dictionary<string, string?> Burning { get; } = kept?.Burning?.ToDictionary() ?? [];
        public bool Leads { get; set; }
        public IReadOnlyList<ObjectiveStanding> Standing { get; set; } = [];
        public DateTimeOffset KeptAt { get; set; }

        public KeptRequests Keep() => new([.. Window.Spans], _last, Burning.ToDictionary());

        public void Count(IReadOnlyDictionary<string, TallyCounts> tallies, DateTimeOffset at)
        {
            if (tallies.Count == 0) return;
            // What was counted before anybody watched belongs to no minute.
            if (_last is { } before)
                foreach (var (server, now) in tallies)
                {
                    // A service that was set up anew counts from nothing, and so does a server that has come since.
                    var last = before.TryGetValue(server, out var known) && now.Answered >= known.Answered && now.Failed >= known.Failed ? known : default;
                    Window.Add(at, now.Answered + now.Failed - last.Answered - last.Failed, now.Failed - last.Failed, Math.Max(0, now.Slow - last.Slow));
                }
            _last = tallies;
        }
    }
}
