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

    // Chains of tasks on the published prices, placed freely and in one region of one cloud, as who chooses a cloud chooses first.
    private static void Savings()
    {
        var prices = PriceList.Load();
        var offers = prices.All.Where(p => p is { Unit: "hour", Vcpu: not null, MemoryGib: not null } && p.Service is "*" or "training" or "hosting").Select(p => new Offer(p.Cloud, p.Region, p.Sku, p.Vcpu!.Value, p.MemoryGib!.Value, p.Value, p.SpotPrice)
        {
            Use = p.Service == "*" ? null : p.Service,
            Accelerator = p.Accelerator?.Split(' ')[^1],
            Accelerators = p.Accelerator is { } a && int.TryParse(a.Split('x')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0,
        }).ToList();
        PlacementTask Train(string name, double hours, double vcpu, double gib, string? accelerator = null) => new(name, hours) { Use = "training", Vcpu = vcpu, MemoryGib = gib, Accelerator = accelerator, Spot = true, ReworkHours = 0.5 };
        PlacementTask serve = new("serve", 730) { Use = "hosting", Vcpu = 4, MemoryGib = 8 };
        Saved("tables: prepare 4 h, train 20 h, evaluate 1 h, serve a month", prices, offers, [Train("prepare", 4, 4, 8), Train("train", 20, 4, 15), Train("evaluate", 1, 4, 8), serve]);
        Saved("a network: prepare 4 h, train 40 h on an A100, evaluate 1 h, serve a month", prices, offers, [Train("prepare", 4, 4, 8), Train("train", 40, 8, 60, "A100"), Train("evaluate", 1, 4, 8), serve]);
        Saved("the same training without its service", prices, offers, [Train("prepare", 4, 4, 8), Train("train", 40, 8, 60, "A100"), Train("evaluate", 1, 4, 8)]);
    }

    private static void Saved(string what, PriceList prices, List<Offer> offers, IReadOnlyList<PlacementTask> tasks)
    {
        decimal Egress(string cloud, string to) => prices.All.FirstOrDefault(p => p.Cloud == cloud && p.Service == "transfer" && p.Sku == to)?.Value ?? 0;
        var names = tasks.Select(t => t.Name).ToList();
        var problem = new PlacementProblem(tasks, offers)
        {
            Edges = [.. new PlacementEdge[] { new("prepare", "train", 20), new("train", "evaluate", 1), new("train", "serve", 1) }.Where(e => names.Contains(e.To))],
            Egress = [.. offers.Select(o => o.Cloud).Distinct().Select(c => new EgressPrice(c, Egress(c, "inter-region"), Egress(c, "internet")))],
        };
        var free = Optimizer.Place(problem).Value;
        // A region of which the table knows nothing but large accelerators is nobody's choice for a small task.
        var single = offers.Where(o => o.Accelerator is null).Select(o => (o.Cloud, o.Region)).Distinct().Select(at => (at, Plan: Optimizer.Place(problem with { Tasks = [.. tasks.Select(t => t with { Clouds = [at.Cloud], Regions = [at.Region] })] })))
            .Where(c => c.Plan.IsOk).Select(c => (c.at, c.Plan.Value.Total)).OrderBy(c => c.Total).ToList();
        var (worst, median) = (single[^1], single[single.Count / 2]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}, over {offers.Count} offers: ${free.Total:0.00}; the worst region of one cloud (of {single.Count}) {worst.at.Cloud} {worst.at.Region} ${worst.Total:0.00} ({1 - free.Total / worst.Total:P0} saved), the median {median.at.Cloud} {median.at.Region} ${median.Total:0.00} ({1 - free.Total / median.Total:P0} saved)"));
        foreach (var task in free.Tasks) Console.WriteLine($"  {task.Task}: {task.Why}");
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
