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

    /// <summary>Places training and service together, and the trainings that it is linked with: the model travels from one to the other, and so do data.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="blocked">Clouds that training may not use now.</param>
    /// <param name="quotas">What accounts may have at once.</param>
    public Result<PlacementPlan> Place(Manifest manifest, string model, ModelWish wish, IReadOnlyList<string> blocked, IReadOnlyList<Quota> quotas)
    {
        var linked = ModelGraph.Linked(manifest, model);
        TrainingWish Wish(string of) => of == model ? wish.Training! : manifest.Models![of].Training!;
        string Task(string of) => of == model ? Train : $"train {of}";
        var tasks = linked.Select(m => Training(Task(m), Wish(m), manifest, m == model ? blocked : [])).ToList();
        var offers = new List<Offer>(prices.Offers(ForTraining).Select(o => o with { Use = ForTraining }));
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
        return Optimizer.Place(new PlacementProblem(tasks, offers)
        {
            Edges = [.. tasks.Skip(linked.Count).Select(t => new PlacementEdge(Train, t.Name, ModelGigabytes)), .. linked.SelectMany(to => Sets(manifest, Wish(to)).Where(s => s.From is not null).Select(s => new PlacementEdge(Task(s.From!), Task(to), s.Gigabytes ?? DataGigabytes)))],
            Sources = [.. linked.SelectMany(to => Sets(manifest, Wish(to)).Where(s => s.Cloud is not null && clouds.Find(s.Cloud) is not null).Select(s => new DataSource(s.Cloud!, clouds.Find(s.Cloud!)!.Region, Task(to), s.Gigabytes ?? 0)))],
            Regions = prices.Regions,
            Egress = prices.Egress,
            Quotas = quotas,
            CarbonPrice = manifest.CarbonPrice,
        });
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
