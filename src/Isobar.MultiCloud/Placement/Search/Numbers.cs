namespace Isobar.MultiCloud.Placement.Search;

/// <summary>An offer that a task may take, in numbers.</summary>
/// <param name="Place">The index of its region.</param>
/// <param name="Cost">What is to be made least: its weight and the data that it must fetch.</param>
/// <param name="Money">What of it is money.</param>
internal readonly record struct Option(Candidate Candidate, int Place, long Cost, long Money);

/// <summary>Data that moves between two tasks. What leaves is paid for by the cloud that it leaves.</summary>
/// <param name="Within">By cloud: to another region of it.</param>
/// <param name="Beyond">By cloud: to anywhere else.</param>
internal sealed record Link(int From, int To, long[] Within, long[] Beyond)
{
    public long Cost(int from, int to, int[] cloudOf) => from == to ? 0 : cloudOf[from] == cloudOf[to] ? Within[cloudOf[from]] : Beyond[cloudOf[from]];
}

/// <summary>The problem with everything by its index and every cost in millionths of a dollar.</summary>
internal sealed class Numbers
{
    private readonly List<Link>[] _linksOf;

    public Numbers(PlacementProblem problem, IReadOnlyList<IReadOnlyList<Candidate>> candidates)
    {
        var pricing = new Pricing(problem);
        var places = candidates.SelectMany(c => c).Select(c => (c.Offer.Cloud, c.Offer.Region)).Distinct().ToList();
        var clouds = places.Select(p => p.Cloud).Distinct().ToList();
        var (placeOf, taskOf) = (places.Index().ToDictionary(p => p.Item, p => p.Index), problem.Tasks.Index().ToDictionary(t => t.Item.Name, t => t.Index));
        (Clouds, CloudOf) = (clouds.Count, [.. places.Select(p => clouds.IndexOf(p.Cloud))]);
        (Limits, MaxMoney) = ([.. problem.Quotas.Select(q => (long)q.Limit)], problem.MaxCost is { } most ? (long)(most * 1_000_000m) : long.MaxValue);
        Options = [.. problem.Tasks.Select((task, t) =>
        {
            var fetched = places.Select(p => problem.Sources.Where(s => s.To == task.Name).Sum(s => pricing.Transfer((s.Cloud, s.Region), p, s.Gigabytes))).ToArray();
            return candidates[t].Select(c => placeOf[(c.Offer.Cloud, c.Offer.Region)] is var place ? new Option(c, place, c.Weight + fetched[place], c.Money + fetched[place]) : default).ToArray();
        })];
        Links = [.. problem.Edges.Where(e => e.Gigabytes > 0).Select(e =>
        {
            var leaving = clouds.Select(c => pricing.Leaving(c, e.Gigabytes)).ToList();
            return new Link(taskOf[e.From], taskOf[e.To], [.. leaving.Select(l => l.WithinCloud)], [.. leaving.Select(l => l.WithinCloud + l.BeyondMore)]);
        })];
        _linksOf = [.. Enumerable.Range(0, Tasks).Select(t => Links.Where(l => l.From == t || l.To == t).ToList())];
    }

    public int Tasks => Options.Length;
    public int Places => CloudOf.Length;
    public int Clouds { get; }
    /// <summary>The cloud of each place.</summary>
    public int[] CloudOf { get; }
    /// <summary>The offers of each task.</summary>
    public Option[][] Options { get; private set; }
    public IReadOnlyList<Link> Links { get; }
    public long[] Limits { get; }
    public long MaxMoney { get; }

    public IReadOnlyList<Link> LinksOf(int task) => _linksOf[task];

    /// <summary>Leaves out the offers that are not to be kept.</summary>
    public void Keep(Func<int, int, bool> kept) => Options = [.. Options.Select((options, t) => options.Where((_, o) => kept(t, o)).ToArray())];
}
