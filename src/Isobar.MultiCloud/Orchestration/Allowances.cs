using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>What is left of a manifest's quotas, all that other models train and serve being counted.</summary>
public sealed class Allowances(IControlStore store, IPriceTable prices)
{
    /// <summary>The quotas of a manifest, less what other models use of them.</summary>
    public async Task<IReadOnlyList<Quota>> LeftAsync(Manifest manifest, string model, CancellationToken ct = default)
    {
        if (manifest.Quotas is not { Count: > 0 } quotas) return [];
        var used = (await store.ListAsync(Kinds.Models, "", ct).ConfigureAwait(false)).Select(m => m.Value).Where(m => m.Project != manifest.Name || m.Model != model).SelectMany(Uses).ToList();
        return [.. quotas.Select(q => new Quota(q.Cloud, q.Region, q.Accelerator, q.Limit)).Select(q => q with { Limit = Math.Max(0, q.Limit - used.Where(u => u.Offer.Cloud == q.Cloud && (q.Region is null || u.Offer.Region == q.Region)).Sum(u => u.Machines * PlacementModel.Uses(q, u.Offer))) })];
    }

    private IEnumerable<(Offer Offer, int Machines)> Uses(ModelStanding m)
    {
        if (m.Training is { Phase: Phase.Planned or Phase.Running } t && prices.Offers("training").FirstOrDefault(o => o.Cloud == t.Cloud && o.Sku == t.Sku) is { } trains) yield return (trains, 1);
        foreach (var s in m.Serving ?? [])
            if (prices.Offers("hosting").FirstOrDefault(o => o.Cloud == s.Cloud && o.Sku == s.Sku) is { } serves) yield return (serves, s.Instances);
    }
}
