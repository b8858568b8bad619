using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Tells what applying a manifest would do, before anything is done.</summary>
public sealed class Planner(Placing placing, Allowances allowances, IControlStore store, Blocks blocks)
{
    /// <summary>The plan of a manifest.</summary>
    public async Task<Result<Plan>> PlanAsync(Manifest manifest, CancellationToken ct = default)
    {
        var changes = new List<Change>();
        var known = await store.GetAsync(Kinds.Projects, manifest.Name, ct).ConfigureAwait(false);
        var blocked = await blocks.NowAsync(ct).ConfigureAwait(false);
        foreach (var (name, wish) in manifest.Models ?? new Dictionary<string, ModelWish>())
        {
            var standing = (await store.GetAsync(Kinds.Models, Names.Standing(manifest.Name, name), ct).ConfigureAwait(false))?.Value;
            if (!placing.Place(manifest, name, wish, blocked, await allowances.LeftAsync(manifest, name, ct).ConfigureAwait(false)).TryGet(out var placed, out var refused)) return refused with { Message = $"{name}: {refused.Message}" };
            var training = Training(manifest, name, wish, standing, placed);
            changes.Add(training);
            foreach (var cloud in wish.Service?.Clouds ?? []) changes.Add(Endpoint(name, wish, cloud, standing, placed, training.Action != "none"));
            changes.AddRange((standing?.Serving ?? []).Where(s => wish.Service?.Clouds.Contains(s.Cloud) != true).Select(s => Gone(name, s)));
        }
        foreach (var gone in (await store.ListAsync(Kinds.Models, manifest.Name + "/", ct).ConfigureAwait(false)).Where(m => manifest.Models?.ContainsKey(m.Value.Model) != true))
            changes.AddRange((gone.Value.Serving ?? []).Select(s => Gone(gone.Value.Model, s)));
        return new Plan(manifest.Name, known?.Value.Revision ?? 0, changes, changes.Sum(c => c.Once), changes.Sum(c => c.Monthly));
    }

    private static Change Training(Manifest manifest, string name, ModelWish wish, ModelStanding? standing, PlacementPlan placed)
    {
        var fingerprint = Names.Fingerprint(manifest, wish.Training!);
        if (standing?.Training is { } done && done.Fingerprint == fingerprint && done.Phase != Phase.Failed)
            return new("none", "training", name, done.Cloud, done.Region, done.Sku, done.Spot, 0, 0, done.Phase == Phase.Done ? $"trained already, as version {done.Version}" : "under way");
        var place = Placing.Training(placed);
        var jobs = wish.Training!.Tuning?.MaxJobs ?? 1;
        return new(standing?.Training is null ? "create" : "replace", "training", name, place.Offer.Cloud, place.Offer.Region, place.Offer.Sku, place.Spot, place.Cost * jobs, 0, place.Why);
    }

    private static Change Endpoint(string name, ModelWish wish, string cloud, ModelStanding? standing, PlacementPlan placed, bool trained)
    {
        var service = wish.Service!;
        var place = Placing.Service(placed, cloud)!;
        var (now, instances) = ((standing?.Serving ?? []).FirstOrDefault(s => s.Cloud == cloud), service.Scaling?.Min ?? 1);
        var changed = now is not null && ((now.Instances < instances || now.Instances > (service.Scaling?.Max ?? 1)) || now.Sku != place.Offer.Sku);
        // What is trained anew is served once it has passed; whether it passes is not known yet.
        var next = now is not null && trained && wish.Promotion?.Automatic != false;
        var action = now is null ? "create" : changed || next ? "update" : "none";
        return new(action, "endpoint", name, cloud, place.Offer.Region, place.Offer.Sku, false, 0, place.Cost, action == "none" ? "stands as wanted" : next ? $"serves what is trained, once that has passed its gates{(changed ? $"; {place.Why}" : "")}" : place.Why);
    }

    private static Change Gone(string name, ServingStanding s) => new("delete", "endpoint", name, s.Cloud, "", s.Sku, false, 0, 0, "no longer in the manifest");
}
