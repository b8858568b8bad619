using Isobar.Core.Results;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Tells what applying a manifest would do, before anything is done.</summary>
public sealed class Planner(Placing placing, Allowances allowances, IControlStore store, Blocks blocks, CostBook costs)
{
    /// <summary>The plan of a manifest.</summary>
    public async Task<Result<Plan>> PlanAsync(Manifest manifest, CancellationToken ct = default)
    {
        var changes = new List<Change>();
        var known = await store.GetAsync(Kinds.Projects, manifest.Name, ct).ConfigureAwait(false);
        var (blocked, machines) = (await blocks.NowAsync(ct).ConfigureAwait(false), await blocks.MachinesAsync(ct).ConfigureAwait(false));
        var standings = (await store.ListAsync(Kinds.Models, manifest.Name + "/", ct).ConfigureAwait(false)).ToDictionary(s => s.Value.Model, s => s.Value);
        var trained = (manifest.Models ?? new Dictionary<string, ModelWish>()).Where(m => Trained(manifest, m.Value, standings.GetValueOrDefault(m.Key)) is { Phase: Phase.Done }).Select(m => m.Key).ToHashSet();
        foreach (var (name, wish) in manifest.Models ?? new Dictionary<string, ModelWish>())
        {
            var standing = standings.GetValueOrDefault(name);
            var now = new Circumstances(await allowances.LeftAsync(manifest, name, ct).ConfigureAwait(false)) { Blocked = blocked, Machines = machines, Trained = trained };
            if (!placing.Place(manifest, name, wish, now).TryGet(out var placed, out var refused)) return refused with { Message = $"{name}: {refused.Message}" };
            var training = Training(manifest, name, wish, standing, placed);
            changes.Add(training);
            foreach (var cloud in wish.Service?.Clouds ?? []) changes.Add(Endpoint(name, wish, cloud, standing, placed, training.Action != "none"));
            changes.AddRange((standing?.Serving ?? []).Where(s => wish.Service?.Clouds.Contains(s.Cloud) != true).Select(s => Gone(name, s)));
        }
        foreach (var gone in standings.Values.Where(m => manifest.Models?.ContainsKey(m.Model) != true))
            changes.AddRange((gone.Serving ?? []).Select(s => Gone(gone.Model, s)));
        var stopped = changes.Any(c => c is { Kind: "training", Action: not "none" }) ? await costs.StoppedAsync(manifest, ct).ConfigureAwait(false) : null;
        return new Plan(manifest.Name, known?.Value.Revision ?? 0, changes, changes.Sum(c => c.Once), changes.Sum(c => c.Monthly), stopped);
    }

    // The training that stands, where it is as wanted: done, or under way.
    private static TrainingStanding? Trained(Manifest manifest, ModelWish wish, ModelStanding? standing) =>
        standing?.Training is { } done && done.Phase != Phase.Failed && wish.Training is { } training && done.Fingerprint == Names.Fingerprint(manifest, training) ? done : null;

    private static Change Training(Manifest manifest, string name, ModelWish wish, ModelStanding? standing, PlacementPlan placed)
    {
        if (Trained(manifest, wish, standing) is { } done)
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
