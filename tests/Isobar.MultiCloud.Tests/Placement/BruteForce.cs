using Isobar.MultiCloud.Placement;

namespace Isobar.MultiCloud.Tests.Placement;

/// <summary>The best placement, found by trying every one; it knows nothing of how the optimizer works, only what things cost.</summary>
internal static class BruteForce
{
    public static long? Best(PlacementProblem problem)
    {
        long? best = null;
        Try(0, new (Offer Offer, bool Spot)[problem.Tasks.Count]);
        return best;

        void Try(int at, (Offer Offer, bool Spot)[] chosen)
        {
            if (at == problem.Tasks.Count)
            {
                if (Cost(problem, chosen) is { } cost && (best is null || cost < best)) best = cost;
                return;
            }
            foreach (var offer in problem.Offers.Where(o => Meets(problem, problem.Tasks[at], o)))
            {
                chosen[at] = (offer, false);
                Try(at + 1, chosen);
                if (!problem.Tasks[at].Spot || offer.SpotPrice is null) continue;
                chosen[at] = (offer, true);
                Try(at + 1, chosen);
            }
        }
    }

    private static bool Meets(PlacementProblem problem, PlacementTask task, Offer offer) =>
        offer.Vcpu >= task.Vcpu && offer.MemoryGib >= task.MemoryGib
        && (task.Accelerator is null || task.Accelerator == offer.Accelerator && offer.Accelerators >= Math.Max(1, task.Accelerators))
        && task.Clouds?.Contains(offer.Cloud) != false
        && (task.Residency is null || problem.Regions.Any(r => r.Cloud == offer.Cloud && r.Region == offer.Region && r.Areas.Any(task.Residency.Contains)))
        && (task.MaxLatencyMs is null || problem.Regions.Any(r => r.Cloud == offer.Cloud && r.Region == offer.Region && Latency(r, task.Users!.Value) <= task.MaxLatencyMs))
        && !problem.BlockedClouds.Contains(offer.Cloud);

    // The angle between two points of a sphere by their cosines; half as far again by cable, at 200 km a millisecond, there and back.
    private static double Latency(RegionFacts region, (double Latitude, double Longitude) users)
    {
        if (region.Latitude is not { } latitude) return double.PositiveInfinity;
        var (a, b, apart) = (latitude * Math.PI / 180, users.Latitude * Math.PI / 180, (region.Longitude!.Value - users.Longitude) * Math.PI / 180);
        return Math.Acos(Math.Clamp(Math.Sin(a) * Math.Sin(b) + Math.Cos(a) * Math.Cos(b) * Math.Cos(apart), -1, 1)) * 6371 * 1.5 * 2 / 200;
    }

    private static long? Cost(PlacementProblem problem, (Offer Offer, bool Spot)[] chosen)
    {
        var (money, weight) = (0L, 0L);
        for (var i = 0; i < chosen.Length; i++)
        {
            var (task, offer) = (problem.Tasks[i], chosen[i].Offer);
            var hours = task.Hours / offer.Speed * (chosen[i].Spot ? 1 + offer.InterruptionsPerHour * task.ReworkHours : 1);
            money += Micros((chosen[i].Spot ? offer.SpotPrice!.Value : offer.HourPrice) * (decimal)hours);
            var grams = problem.Regions.FirstOrDefault(r => r.Cloud == offer.Cloud && r.Region == offer.Region)?.CarbonPerKwh ?? problem.Regions.Max(r => r.CarbonPerKwh) ?? 0;
            weight += Micros(problem.CarbonPrice * (decimal)((offer.Vcpu * 0.005 + offer.Accelerators * 0.3) * task.Hours / offer.Speed * grams / 1000));
        }
        foreach (var edge in problem.Edges) money += Move(problem, At(edge.From), At(edge.To), edge.Gigabytes);
        foreach (var source in problem.Sources) money += Move(problem, (source.Cloud, source.Region), At(source.To), source.Gigabytes);
        foreach (var quota in problem.Quotas)
            if (chosen.Where(c => c.Offer.Cloud == quota.Cloud && (quota.Region is null || c.Offer.Region == quota.Region)).Sum(c => quota.Accelerator is null ? (int)Math.Ceiling(c.Offer.Vcpu) : c.Offer.Accelerator == quota.Accelerator ? c.Offer.Accelerators : 0) > quota.Limit) return null;
        return money > problem.MaxCost * 1_000_000m ? null : money + weight;

        (string Cloud, string Region) At(string task)
        {
            var offer = chosen[problem.Tasks.ToList().FindIndex(t => t.Name == task)].Offer;
            return (offer.Cloud, offer.Region);
        }
    }

    private static long Move(PlacementProblem problem, (string Cloud, string Region) from, (string Cloud, string Region) to, double gigabytes)
    {
        if (from == to || problem.Egress.FirstOrDefault(e => e.Cloud == from.Cloud) is not { } price) return 0;
        var within = Micros(price.WithinCloud * (decimal)gigabytes);
        return from.Cloud == to.Cloud ? within : Math.Max(within, Micros(price.Internet * (decimal)gigabytes));
    }

    private static long Micros(decimal dollars) => (long)Math.Round(dollars * 1_000_000m, MidpointRounding.AwayFromZero);
}
