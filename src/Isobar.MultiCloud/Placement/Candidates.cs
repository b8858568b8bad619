namespace Isobar.MultiCloud.Placement;

/// <summary>An offer that a task may take, at its best price.</summary>
/// <param name="Broken">The wishes of the task that it does not meet.</param>
/// <param name="Uses">What it takes of each quota.</param>
internal sealed record Candidate(Offer Offer, bool Spot, long Money, long Weight, IReadOnlyList<int> Broken, int[] Uses);

/// <summary>
/// Makes the choice small without losing the best. An offer is left out where another does at least as well in everything that the answer depends on:
/// in the same place, what it weighs, what it costs (where that is limited) and what it takes of quotas; in another place, even though all data had to move for it.
/// </summary>
internal sealed class Candidates
{
    private readonly PlacementProblem _problem;
    private readonly Wishes _wishes;
    private readonly Pricing _pricing;
    private readonly double _dearest;

    public Candidates(PlacementProblem problem)
    {
        (_problem, _wishes, _pricing) = (problem, new Wishes(problem), new Pricing(problem));
        _dearest = (double)problem.Egress.Select(e => Math.Max(e.Internet, e.WithinCloud)).DefaultIfEmpty().Max();
    }

    /// <summary>
    /// The candidates of a task; those with broken wishes only where <paramref name="all"/>. <c>Beside</c> has the best of each cloud, also of those that are left out:
    /// a choice is explained by what it was chosen over.
    /// </summary>
    public (IReadOnlyList<Wish> Wishes, IReadOnlyList<Candidate> Offers, int[] RefusedBy, IReadOnlyList<Candidate> Beside) Of(PlacementTask task, bool all)
    {
        var wishes = _wishes.Of(task);
        var refused = new int[wishes.Count];
        var places = new Dictionary<(string Cloud, string Region, string Broken), List<Candidate>>();
        foreach (var offer in _problem.Offers)
        {
            // Sold for something else: no wish of the task's could make it fit.
            if (task.Use is { } use && offer.Use is { } sold && sold != use) continue;
            List<int>? broken = null;
            for (var i = 0; i < wishes.Count; i++)
                if (!wishes[i].Meets(offer)) (broken ??= []).Add(i);
            if (broken is not null)
            {
                refused[broken[0]]++;
                if (!all) continue;
            }
            var key = (offer.Cloud, offer.Region, broken is null ? "" : string.Join(',', broken));
            if (!places.TryGetValue(key, out var here)) places[key] = here = [];
            Add(here, Candidate(task, offer, broken ?? []));
        }
        var best = places.Values.SelectMany(p => p).ToList();
        return (wishes, all ? best : [.. Near(task, best)], refused, [.. best.GroupBy(c => c.Offer.Cloud).Select(g => g.MinBy(c => c.Weight)!)]);
    }

    private Candidate Candidate(PlacementTask task, Offer offer, IReadOnlyList<int> broken)
    {
        var spot = Pricing.PrefersSpot(task, offer);
        var money = Pricing.Money(task, offer, spot);
        return new Candidate(offer, spot, money, money + _pricing.Carbon(task, offer), broken, [.. _problem.Quotas.Select(q => q.Cloud == offer.Cloud && (q.Region is null || q.Region == offer.Region) ? task.Machines * PlacementModel.Uses(q, offer) : 0)]);
    }

    private void Add(List<Candidate> here, Candidate candidate)
    {
        if (here.Exists(h => IsNoWorse(h, candidate, 0))) return;
        here.RemoveAll(h => IsNoWorse(candidate, h, 0));
        here.Add(candidate);
    }

    // Whatever it costs to bring the data to one place and away again, another place can be dearer by more than that.
    private IEnumerable<Candidate> Near(PlacementTask task, List<Candidate> candidates)
    {
        var arriving = _problem.Edges.Where(e => e.To == task.Name).Select(e => e.Gigabytes).Concat(_problem.Sources.Where(s => s.To == task.Name).Select(s => s.Gigabytes)).ToList();
        var leaving = _problem.Edges.Where(e => e.From == task.Name).Select(e => e.Gigabytes).ToList();
        var moved = candidates.Select(c => c.Offer.Cloud).Distinct().ToDictionary(c => c, c => leaving.Sum(gb => _pricing.Leaving(c, gb) is var (within, more) ? within + more : 0) + (long)Math.Ceiling(arriving.Sum(gb => gb * _dearest * 1e6) + arriving.Count));
        // Of two that are each no worse than the other, the earlier one stays.
        return candidates.Where((c, i) => !candidates.Index().Any(other => other.Index != i && IsNoWorse(other.Item, c, moved[other.Item.Offer.Cloud]) && (other.Index < i || !IsNoWorse(c, other.Item, moved[c.Offer.Cloud]))));
    }

    private bool IsNoWorse(Candidate a, Candidate b, long moved)
    {
        if (a.Weight + moved > b.Weight || _problem.MaxCost is not null && a.Money + moved > b.Money) return false;
        for (var i = 0; i < a.Uses.Length; i++)
            if (a.Uses[i] > b.Uses[i]) return false;
        return true;
    }
}
