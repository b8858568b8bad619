using Isobar.MultiCloud.Placement;

namespace Isobar.MultiCloud.Tests.Placement;

/// <summary>Problems drawn from a seed.</summary>
internal static class RandomProblems
{
    private static readonly string[] Clouds = ["aws", "gcp", "azure"];
    private static readonly string[] Areas = ["eu", "us"];

    /// <summary>A problem that brute force can try out.</summary>
    public static PlacementProblem Small(int seed)
    {
        var random = new Random(seed);
        var tasks = Enumerable.Range(0, random.Next(1, 5)).Select(i => Task(random, i)).ToList();
        return Around(random, tasks, Offers(random, random.Next(2, 7), 2));
    }

    /// <summary>A problem too large to be tried out, with limits that bind.</summary>
    public static PlacementProblem Medium(int seed)
    {
        var random = new Random(seed);
        var tasks = Enumerable.Range(0, random.Next(6, 12)).Select(i => Task(random, i) with { MaxLatencyMs = null, Accelerator = null }).ToList();
        return Around(random, tasks, Offers(random, random.Next(60, 120), 5)) with { Quotas = [new("aws", null, null, random.Next(4, 20)), new("gcp", "r1", null, random.Next(2, 12)), new("azure", null, null, random.Next(4, 30))] };
    }

    /// <summary>Tasks over offers of many regions; nothing but time limits it.</summary>
    public static PlacementProblem Large(int tasks, int offers)
    {
        var random = new Random(7);
        var all = Enumerable.Range(0, tasks).Select(i => Task(random, i) with { Vcpu = random.Next(1, 17), MaxHourPrice = null, Clouds = null, Accelerator = null, MaxLatencyMs = null }).ToList();
        return Around(random, all, Offers(random, offers, 20)) with { MaxCost = null, Quotas = [new("aws", null, null, 200), new("gcp", "r3", null, 64)] };
    }

    private static PlacementTask Task(Random random, int i) => new($"t{i}", Math.Round(random.NextDouble() * 20 + 0.1, 2))
    {
        Vcpu = random.Next(0, 5),
        MemoryGib = random.Next(0, 9),
        Accelerator = random.Next(6) == 0 ? "T4" : null,
        Accelerators = random.Next(0, 2),
        Spot = random.Next(2) == 0,
        ReworkHours = Math.Round(random.NextDouble(), 2),
        Clouds = random.Next(5) == 0 ? [Clouds[random.Next(3)], Clouds[random.Next(3)]] : null,
        Residency = random.Next(5) == 0 ? [Areas[random.Next(2)]] : null,
        MaxLatencyMs = random.Next(6) == 0 ? random.Next(5, 120) : null,
        Users = (random.Next(-60, 61), random.Next(-180, 180)),
    };

    private static List<Offer> Offers(Random random, int count, int regions) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var (price, accelerators) = (Math.Round((decimal)(random.NextDouble() * 3 + 0.05), 4), random.Next(4) == 0 ? random.Next(1, 5) : 0);
        return new Offer(Clouds[random.Next(3)], $"r{random.Next(regions)}", $"m{i}", random.Next(1, 17), random.Next(2, 65), price, random.Next(2) == 0 ? Math.Round(price * (decimal)(0.1 + random.NextDouble()), 4) : null)
        {
            Accelerator = accelerators > 0 ? "T4" : null,
            Accelerators = accelerators,
            Speed = random.Next(3) == 0 ? 1.5 : 1,
            InterruptionsPerHour = Math.Round(random.NextDouble() * 0.5, 3),
        };
    })];

    private static PlacementProblem Around(Random random, List<PlacementTask> tasks, List<Offer> offers) => new(tasks, offers)
    {
        // Any earlier task may feed a later one: chains, trees and diamonds come out.
        Edges = [.. Enumerable.Range(1, tasks.Count - 1).SelectMany(to => Enumerable.Range(0, to).Where(_ => random.Next(Math.Max(2, tasks.Count / 2)) == 0).Select(from => new PlacementEdge($"t{from}", $"t{to}", random.Next(0, 60))))],
        Sources = random.Next(2) == 0 ? [new DataSource(Clouds[random.Next(3)], "r0", "t0", random.Next(1, 80))] : [],
        Regions = [.. Clouds.SelectMany(c => Enumerable.Range(0, 20).Select(r => new RegionFacts(c, $"r{r}", [Areas[r % 2]], r % 3 == 2 ? null : 30 + 40 * r, r % 7 == 6 ? null : 10 * r - 30, 18 * r - 160)))],
        Egress = [new("aws", 0.02m, 0.09m), new("gcp", 0.01m, 0.12m), new("azure", 0.02m, 0.087m)],
        Quotas = random.Next(3) == 0 ? [new(Clouds[random.Next(3)], random.Next(2) == 0 ? "r0" : null, random.Next(3) == 0 ? "T4" : null, random.Next(0, 20))] : [],
        BlockedClouds = random.Next(8) == 0 ? [Clouds[random.Next(3)]] : [],
        MaxCost = random.Next(6) == 0 ? random.Next(5, 40) : null,
        CarbonPrice = random.Next(3) == 0 ? 0.5m : 0,
    };
}
