using Isobar.Core.Results;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Placement;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Turns what a manifest wants of a model into a question for the optimizer.</summary>
public sealed class Placing(IClouds clouds, IPriceTable prices)
{
    private const string Train = "train", ForTraining = "training", ForHosting = "hosting";
    private const double ModelGigabytes = 0.05, DataGigabytes = 1;
    private const double HoursPerMonth = 730;
    private const double CheckpointHours = 0.25;
    private const int MostLeftAlone = 3;

    /// <summary>Places training and service together, and the trainings that it is linked with: the model travels from one to the other, and so do data.</summary>
    /// <param name="manifest">All that is wanted.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="wish">What is wanted of it.</param>
    /// <param name="now">What stands now.</param>
    public Result<PlacementPlan> Place(Manifest manifest, string model, ModelWish wish, Circumstances now)
    {
        var linked = ModelGraph.Linked(manifest, model, now.Trained);
        TrainingWish Wish(string of) => of == model ? wish.Training! : manifest.Models![of].Training!;
        string Task(string of) => of == model ? Train : $"train {of}";
        var tasks = linked.Select(m => Training(Task(m), Wish(m), manifest, m == model ? now.Blocked : [])).ToList();
        var offers = new List<Offer>(prices.Offers(ForTraining).Select(o => Blocks.Left(o, now.Machines)).OfType<Offer>().Select(o => o with { Use = ForTraining }));
        if (wish.Service is { } service)
        {
            offers.AddRange(prices.Offers(ForHosting).Select(o => o with { Use = ForHosting }));
            var serves = service.Resources ?? new Resources();
            tasks.AddRange(service.Clouds.Select(cloud => new PlacementTask(Serving(cloud), HoursPerMonth * (service.Scaling?.Min ?? 1))
            {
                Use = ForHosting,
                Machines = service.Scaling?.Min ?? 1,
                Vcpu = serves.Vcpu,
                MemoryGib = serves.MemoryGib,
                Accelerator = serves.Accelerator,
                Accelerators = serves.Accelerators,
                Clouds = [cloud],
                Regions = service.Regions,
                Residency = service.Residency,
                MaxLatencyMs = service.Users?.MaxLatencyMs,
                Users = service.Users is { } users ? (users.Latitude, users.Longitude) : null,
            }));
        }
        var plan = Optimizer.Place(new PlacementProblem(tasks, offers)
        {
            Edges = [.. tasks.Skip(linked.Count).Select(t => new PlacementEdge(Train, t.Name, ModelGigabytes)), .. linked.SelectMany(to => Sets(manifest, Wish(to)).Where(s => s.From is { } from && linked.Contains(from)).Select(s => new PlacementEdge(Task(s.From!), Task(to), s.Gigabytes ?? DataGigabytes)))],
            Sources = [.. linked.SelectMany(to => Sets(manifest, Wish(to)).Where(s => s.Cloud is not null && clouds.Find(s.Cloud) is not null).Select(s => new DataSource(s.Cloud!, clouds.Find(s.Cloud!)!.Region, Task(to), s.Gigabytes ?? 0)))],
            Regions = prices.Regions,
            Egress = prices.Egress,
            Quotas = now.Quotas,
            CarbonPrice = manifest.CarbonPrice,
        });
        return plan.Map(p => p with { Tasks = [.. p.Tasks.Select(t => t.Task == Train ? t with { Why = t.Why + LeftAlone(wish.Training!, now) } : t)] });
    }

    // What would have been asked, had it not failed or been taken away of late.
    private string LeftAlone(TrainingWish training, Circumstances now)
    {
        var needs = training.Resources ?? new Resources();
        bool Asked(string cloud) => training.Clouds?.Contains(cloud) != false;
        var left = now.Blocked.Where(Asked).Select(c => $"{c}, which failed of late").ToList();
        foreach (var block in now.Machines.Where(b => Asked(b.Cloud) && !now.Blocked.Contains(b.Cloud) && (training.Spot || !b.Spot)))
            if (prices.Offers(ForTraining).Any(o => o.Cloud == block.Cloud && o.Region == block.Region && o.Sku == block.Sku && o.Vcpu >= needs.Vcpu && o.MemoryGib >= needs.MemoryGib && (needs.Accelerator is null || o.Accelerator == needs.Accelerator)))
                left.Add($"{block.Sku} in {block.Cloud} {block.Region}{(block.Spot ? ", spot" : "")}, until {block.Until:HH:mm} UTC");
        if (left.Count == 0) return "";
        return $" Left alone for now: {string.Join("; ", left.Take(MostLeftAlone))}{(left.Count > MostLeftAlone ? $"; and {left.Count - MostLeftAlone} more" : "")}.";
    }

    /// <summary>Where training goes.</summary>
    public static Placed Training(PlacementPlan plan) => plan.Tasks.First(t => t.Task == Train);

    /// <summary>Which machine serves in a cloud; its cost is a month's.</summary>
    public static Placed? Service(PlacementPlan plan, string cloud) => plan.Tasks.FirstOrDefault(t => t.Task == Serving(cloud));

    private PlacementTask Training(string name, TrainingWish training, Manifest manifest, IReadOnlyList<string> blocked)
    {
        var needs = training.Resources ?? new Resources();
        return new PlacementTask(name, needs.Hours)
        {
            Use = ForTraining,
            Vcpu = needs.Vcpu,
            MemoryGib = needs.MemoryGib,
            Accelerator = needs.Accelerator,
            Accelerators = needs.Accelerators,
            Spot = training.Spot,
            // Without checkpoints an interruption costs half of the work on average.
            ReworkHours = training.Checkpoints ? Math.Min(CheckpointHours, needs.Hours / 2) : needs.Hours / 2,
            Clouds = training.Clouds is { } named ? [.. named.Except(blocked)] : blocked.Count == 0 ? null : [.. clouds.All.Select(c => c.Name).Except(blocked)],
            Residency = Sets(manifest, training).Select(s => s.Residency).OfType<IReadOnlyList<string>>().Aggregate((IReadOnlyList<string>?)null, (all, one) => all is null ? one : [.. all.Intersect(one)]),
        };
    }

    private static List<DataSet> Sets(Manifest manifest, TrainingWish training) => [.. training.Data.Values.Distinct().Select(d => manifest.Data![d])];

    private static string Serving(string cloud) => $"serve in {cloud}";
}
