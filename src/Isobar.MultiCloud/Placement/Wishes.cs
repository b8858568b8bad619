using System.Globalization;

namespace Isobar.MultiCloud.Placement;

/// <summary>A wish that an offer meets or not.</summary>
/// <param name="Id">As it is told: the task and what it wants.</param>
internal sealed record Wish(string Id, Func<Offer, bool> Meets);

/// <summary>What each task wants, one wish at a time, so that a refusal can name the one that it is due to.</summary>
internal sealed class Wishes(PlacementProblem problem)
{
    private readonly Dictionary<(string, string), RegionFacts> _facts = problem.Regions.GroupBy(r => (r.Cloud, r.Region)).ToDictionary(g => g.Key, g => g.First());

    public IReadOnlyList<Wish> Of(PlacementTask task)
    {
        var wishes = new List<Wish>();
        if (task.Vcpu > 0) Add($"{N(task.Vcpu)} vCPU", o => o.Vcpu >= task.Vcpu);
        if (task.MemoryGib > 0) Add($"{N(task.MemoryGib)} GiB of memory", o => o.MemoryGib >= task.MemoryGib);
        if (task.Accelerator is { } accelerator) Add($"{Math.Max(1, task.Accelerators)} {accelerator}", o => IsOf(o.Accelerator, accelerator) && o.Accelerators >= Math.Max(1, task.Accelerators));
        if (task.Clouds is { } clouds) Add($"clouds {string.Join(", ", clouds)}", o => clouds.Contains(o.Cloud));
        if (task.Regions is { } regions) Add($"regions {string.Join(", ", regions)}", o => regions.Contains(o.Region));
        if (task.Residency is { } areas) Add($"residency {string.Join(", ", areas)}", o => Facts(o)?.Areas.Any(areas.Contains) == true);
        if (task.MaxHourPrice is { } most) Add($"at most ${N(most)} an hour", o => (task.Spot && o.SpotPrice is { } spot ? Math.Min(spot, o.HourPrice) : o.HourPrice) <= most);
        if (task.MaxHours is { } hours) Add($"done within {N(hours)} h", o => task.Hours / o.Speed <= hours);
        if (task is { MaxLatencyMs: { } latency, Users: { } users }) Add($"within {N(latency)} ms", o => Distance.LatencyMs(Facts(o), users) <= latency);
        foreach (var cloud in problem.BlockedClouds) Add($"not in {cloud}, which failed of late", o => o.Cloud != cloud);
        return wishes;

        void Add(string what, Func<Offer, bool> meets) => wishes.Add(new Wish($"{task.Name}: {what}", meets));
    }

    public RegionFacts? Facts(Offer offer) => _facts.GetValueOrDefault((offer.Cloud, offer.Region));

    // An A100-80GB is an A100 with more memory.
    private static bool IsOf(string? offered, string wanted) => offered?.StartsWith(wanted, StringComparison.OrdinalIgnoreCase) == true && (offered.Length == wanted.Length || offered[wanted.Length] == '-');

    private static string N(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string N(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
