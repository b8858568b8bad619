using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>
/// Takes a new version into service by way of a trial, where the manifest wants one: an endpoint of its own in one of the clouds, which the gateway gives a share
/// of the traffic and compares with the others. Found good, the version is promoted everywhere; found worse, it is rejected with what was found.
/// </summary>
internal sealed class Trials(IControlStore store, ServingStep serving, Versions versions, IEnumerable<IServicePublisher> publishers, Events events, TimeProvider time)
{
    // 1. is there a version to be tried? 2. what is not wanted goes; 3. its endpoint; 4. what the gateway has found.
    public async Task<TrialStanding?> AdvanceAsync(Project project, string model, ModelWish? wish, ModelStanding standing, CancellationToken ct)
    {
        // 1.
        var wanted = await WantedAsync(project, model, wish, standing, ct).ConfigureAwait(false);
        var trial = standing.Trial;
        // 2. First the traffic, then the endpoint.
        if (trial is not null && trial.Serving.Version != wanted)
        {
            if (!trial.Ending) return trial with { Ending = true, Percent = 0 };
            return await serving.RemoveAsync(project, model, trial.Serving, ct).ConfigureAwait(false) is { } left ? trial with { Serving = left } : null;
        }
        if (wanted is not { } version) return null;
        // 3.
        if (trial is null)
        {
            var cloud = wish!.Service!.Clouds.FirstOrDefault(c => standing.Serving!.Any(s => s.Cloud == c && s.Phase == Phase.Done));
            if (cloud is null) return null;
            trial = new TrialStanding(new ServingStanding(cloud, Names.Trial(project.Manifest.Name, model), version, null, 0, Phase.Planned, time.GetUtcNow(), default));
            await store.ChangeAsync(Kinds.Models, Names.Standing(project.Manifest.Name, model), m => m with { Trial = trial }, ct).ConfigureAwait(false);
            await events.AddAsync("canary", project.Manifest.Name, model, cloud, $"Version {version} is tried in {cloud} with {wish.Service.Canary!.Percent} % of the traffic.", ct).ConfigureAwait(false);
        }
        var next = trial with { Serving = (await serving.OneAsync(project, model, wish!, trial.Serving, version, ct).ConfigureAwait(false))! };
        // 4.
        var outcome = publishers.Select(p => p.Canary(Names.Endpoint(project.Manifest.Name, model))).FirstOrDefault(c => c?.Name == Name(version));
        if (outcome is null || next.Serving.Phase == Phase.Planned) return next;
        await DecideAsync(project, model, version, outcome, next.Serving.Cloud, ct).ConfigureAwait(false);
        return next with { Percent = outcome.Percent };
    }

    /// <summary>What the gateway is to know of a trial; null: there is nothing to be tried now.</summary>
    public static PublishedCanary? Published(ServiceWish? wish, TrialStanding? trial) =>
        wish?.Canary is { } canary && trial is { Ending: false, Serving: { Phase: Phase.Done } at }
            ? new PublishedCanary(Name(at.Version), at.Cloud, at.Endpoint, canary.Percent, canary.Requests, (int)(canary.Minutes * 60), canary.MaxErrorRate, canary.MaxLatencyRatio)
            : null;

    private static string Name(int version) => $"canary-{Names.Variant(version)}";

    private async Task DecideAsync(Project project, string model, int version, CanaryOutcome outcome, string cloud, CancellationToken ct)
    {
        var name = project.Manifest.Name;
        if (outcome.State == "promoted")
        {
            await versions.PromoteAsync(name, model, version, "isobar", ct: ct).ConfigureAwait(false);
            await events.AddAsync("canary", name, model, cloud, $"Version {version} has proved itself and is promoted.", ct).ConfigureAwait(false);
        }
        else if (outcome.State == "rolledBack")
        {
            await versions.RejectAsync(name, model, version, "canary", outcome.Reason ?? "It was worse than the version that is served.", ct).ConfigureAwait(false);
            await events.AddAsync("canary", name, model, cloud, $"Version {version} is rolled back: {outcome.Reason}", ct).ConfigureAwait(false);
        }
    }

    // A candidate that is to be promoted by itself, while another version is served.
    private async Task<int?> WantedAsync(Project project, string model, ModelWish? wish, ModelStanding standing, CancellationToken ct) =>
        wish is { Service.Canary: not null } && wish.Promotion?.Automatic != false && standing is { Training: { Phase: Phase.Done, Version: { } version }, Production: { } served } && served != version && standing.Serving is { Count: > 0 }
        && await versions.GetAsync(project.Manifest.Name, model, version, ct).ConfigureAwait(false) is { IsOk: true, Value.Stage: Stage.Candidate } ? version : null;
}
