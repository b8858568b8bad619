using System.Diagnostics;
using System.Globalization;
using Isobar.Engine.Metering;
using Isobar.MultiCloud.Placement;

namespace Isobar.Bench.Placement;

/// <summary>How soon the best placement is found and proved, and what it saves on real prices.</summary>
internal static class PlacementBench
{
    public static Task RunAsync(int rounds)
    {
        var (tasks, offers) = (50, 3000);
        var problem = Random(tasks, offers);
        var times = new List<double>();
        for (var i = 0; i <= rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            var plan = Optimizer.Place(problem);
            // The first loads the solver.
            if (i > 0) times.Add(watch.Elapsed.TotalMilliseconds);
            if (!plan.IsOk) throw new InvalidOperationException(plan.Error.Message);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tasks} tasks over {offers} offers, {problem.Edges.Count} edges: median {times.Order().ElementAt(times.Count / 2):0} ms, worst {times.Max():0} ms"));
        Savings();
        return Task.CompletedTask;
    }

    // A chain of four tasks on the published prices, placed freely and in each cloud alone.
    private static void Savings()
    {
        var prices = PriceList.Load();
        var offers = prices.All.Where(p => p is { Unit: "hour", Vcpu: not null, MemoryGib: not null } && p.Service is "*" or "training").Select(p => new Offer(p.Cloud, p.Region, p.Sku, p.Vcpu!.Value, p.MemoryGib!.Value, p.Value, p.SpotPrice)
        {
            Accelerator = p.Accelerator?.Split(' ')[^1],
            Accelerators = p.Accelerator is { } a && int.TryParse(a.Split('x')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0,
        }).ToList();
        decimal Egress(string cloud, string to) => prices.All.FirstOrDefault(p => p.Cloud == cloud && p.Service == "transfer" && p.Sku == to)?.Value ?? 0;
        var problem = new PlacementProblem(
        [
            new("prepare", 4) { Vcpu = 4, MemoryGib = 8, Spot = true },
            new("train", 20) { Vcpu = 4, MemoryGib = 15, Spot = true, ReworkHours = 0.5 },
            new("evaluate", 1) { Vcpu = 4, MemoryGib = 8, Spot = true },
            new("serve", 730) { Vcpu = 4, MemoryGib = 8 },
        ], offers)
        {
            Edges = [new("prepare", "train", 20), new("train", "evaluate", 1), new("train", "serve", 1)],
            Egress = [.. offers.Select(o => o.Cloud).Distinct().Select(c => new EgressPrice(c, Egress(c, "inter-region"), Egress(c, "internet")))],
        };
        var free = Optimizer.Place(problem).Value;
        // One region of one cloud, as who chooses a cloud chooses first.
        var single = offers.Select(o => (o.Cloud, o.Region)).Distinct().Select(at => (at, Plan: Optimizer.Place(problem with { Tasks = [.. problem.Tasks.Select(t => t with { Clouds = [at.Cloud], Regions = [at.Region] })] })))
            .Where(c => c.Plan.IsOk).Select(c => (c.at, c.Plan.Value.Total)).OrderBy(c => c.Total).ToList();
        foreach (var task in free.Tasks) Console.WriteLine($"  {task.Task}: {task.Why}");
        var (worst, median) = (single[^1], single[single.Count / 2]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"prepare, train, evaluate and a month's service over {offers.Count} offers: ${free.Total:0.00}; the worst single choice (of {single.Count}) {worst.at.Cloud} {worst.at.Region} ${worst.Total:0.00} ({1 - free.Total / worst.Total:P0} saved), the median {median.at.Cloud} {median.at.Region} ${median.Total:0.00} ({1 - free.Total / median.Total:P0} saved)"));
    }

    private static PlacementProblem Random(int tasks, int offers)
    {
        var (random, clouds) = (new Random(7), new[] { "aws", "gcp", "azure" });
        return new PlacementProblem(
            [.. Enumerable.Range(0, tasks).Select(i => new PlacementTask($"t{i}", random.Next(1, 20)) { Vcpu = random.Next(1, 17), MemoryGib = random.Next(1, 33), Spot = random.Next(2) == 0 })],
            [.. Enumerable.Range(0, offers).Select(i => new Offer(clouds[random.Next(3)], $"r{random.Next(20)}", $"m{i}", random.Next(1, 65), random.Next(2, 257), Math.Round((decimal)(random.NextDouble() * 3 + 0.05), 4), random.Next(2) == 0 ? Math.Round((decimal)(random.NextDouble() + 0.01), 4) : null))])
        {
            Edges = [.. Enumerable.Range(1, tasks - 1).Select(i => new PlacementEdge($"t{random.Next(i)}", $"t{i}", random.Next(1, 200)))],
            Egress = [new("aws", 0.02m, 0.09m), new("gcp", 0.02m, 0.12m), new("azure", 0.02m, 0.087m)],
            Quotas = [new("aws", null, null, 200), new("gcp", "r3", null, 64)],
        };
    }
}
