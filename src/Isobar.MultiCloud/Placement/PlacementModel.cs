using Google.OrTools.Sat;

namespace Isobar.MultiCloud.Placement;

/// <summary>The problem as CP-SAT reads it.</summary>
internal sealed class PlacementModel
{
    private readonly PlacementProblem _problem;
    private readonly Pricing _pricing;
    private readonly List<LinearExpr> _costs = [];
    private readonly List<LinearExpr> _money = [];
    private readonly Dictionary<string, Dictionary<(string Cloud, string Region), BoolVar>> _places = [];
    private readonly Dictionary<string, Dictionary<string, BoolVar>> _clouds = [];

    // 1. one offer for each task; 2. data that moves; 3. limits of accounts; 4. the most it may cost; 5. the least of all.
    private PlacementModel(PlacementProblem problem, IReadOnlyList<IReadOnlyList<Candidate>> candidates)
    {
        (_problem, _pricing) = (problem, new Pricing(problem));
        // 1.
        foreach (var (t, task) in problem.Tasks.Index()) Choose(task, candidates[t]);
        // 2.
        foreach (var edge in problem.Edges.Where(e => e.Gigabytes > 0)) Move(edge);
        foreach (var source in problem.Sources.Where(s => s.Gigabytes > 0)) Fetch(source);
    }

    public CpModel Model { get; } = new();

    public List<(PlacementTask Task, Candidate Candidate, BoolVar Chosen)> Choices { get; } = [];

    /// <summary>The problem without the offers that break a wish.</summary>
    public static PlacementModel Strict(PlacementProblem problem, IReadOnlyList<IReadOnlyList<Candidate>> candidates)
    {
        var model = new PlacementModel(problem, candidates);
        // 3.
        foreach (var (q, quota) in problem.Quotas.Index()) model.Limit(quota, q, null);
        // 4.
        if (problem.MaxCost is { } most) model.Model.Add(LinearExpr.Sum(model._money) <= (long)(most * 1_000_000m));
        // 5.
        model.Model.Minimize(LinearExpr.Sum(model._costs));
        return model;
    }

    /// <summary>The problem with every wish behind a literal, to find which of them clash.</summary>
    public static (PlacementModel Model, IReadOnlyList<(string Wish, BoolVar Literal)> Wishes) Relaxed(PlacementProblem problem, IReadOnlyList<IReadOnlyList<Candidate>> candidates, IReadOnlyList<IReadOnlyList<Wish>> wishes)
    {
        var model = new PlacementModel(problem, candidates);
        var literals = new List<(string, BoolVar)>();
        foreach (var (t, task) in problem.Tasks.Index())
        {
            var own = wishes[t].Select(w => model.Model.NewBoolVar(w.Id)).ToList();
            literals.AddRange(wishes[t].Zip(own, (w, l) => (w.Id, l)));
            foreach (var (_, candidate, chosen) in model.Choices.Where(c => c.Task == task))
                foreach (var broken in candidate.Broken) model.Model.AddImplication(own[broken], chosen.Not());
        }
        foreach (var (q, quota) in problem.Quotas.Index())
        {
            var name = $"quota of {quota.Limit} {quota.Accelerator ?? "vCPU"} in {quota.Cloud}{(quota.Region is { } region ? $" {region}" : "")}";
            var literal = model.Model.NewBoolVar(name);
            literals.Add((name, literal));
            model.Limit(quota, q, literal);
        }
        if (problem.MaxCost is { } most)
        {
            var name = System.FormattableString.Invariant($"at most ${most:0.##} in all");
            var literal = model.Model.NewBoolVar(name);
            literals.Add((name, literal));
            model.Model.Add(LinearExpr.Sum(model._money) <= (long)(most * 1_000_000m)).OnlyEnforceIf(literal);
        }
        return (model, literals);
    }

    /// <summary>Begins with a placement that is known to be possible.</summary>
    public void Hint(IReadOnlyList<Candidate> placement)
    {
        var hinted = _problem.Tasks.Index().ToDictionary(t => t.Item, t => placement[t.Index]);
        foreach (var (task, candidate, chosen) in Choices) Model.AddHint(chosen, ReferenceEquals(candidate, hinted[task]));
    }

    private void Choose(PlacementTask task, IReadOnlyList<Candidate> candidates)
    {
        var places = _places[task.Name] = [];
        var all = new List<BoolVar>(candidates.Count);
        foreach (var here in candidates.GroupBy(c => (c.Offer.Cloud, c.Offer.Region)))
        {
            var chosen = here.Select(candidate =>
            {
                var choice = Model.NewBoolVar("");
                all.Add(choice);
                Choices.Add((task, candidate, choice));
                return choice;
            }).ToList();
            places[here.Key] = Any(chosen);
            _costs.Add(LinearExpr.WeightedSum(chosen, here.Select(c => c.Weight)));
            _money.Add(LinearExpr.WeightedSum(chosen, here.Select(c => c.Money)));
        }
        Model.AddExactlyOne(all);
        _clouds[task.Name] = places.GroupBy(p => p.Key.Cloud).ToDictionary(g => g.Key, g => Any([.. g.Select(p => p.Value)]));
    }

    /// <summary>Whether one of several that exclude each other is chosen.</summary>
    private BoolVar Any(List<BoolVar> of)
    {
        if (of.Count == 1) return of[0];
        var any = Model.NewBoolVar("");
        Model.Add(LinearExpr.Sum(of) == any);
        return any;
    }

    // Leaving a region costs one price, leaving the cloud another on top of it.
    private void Move(PlacementEdge edge)
    {
        var (from, to) = (_places[edge.From], _places[edge.To]);
        foreach (var (at, here) in from)
            if (_pricing.Leaving(at.Cloud, edge.Gigabytes).WithinCloud is > 0 and var within) Pay(within, here, to.GetValueOrDefault(at));
        foreach (var (cloud, here) in _clouds[edge.From])
            if (_pricing.Leaving(cloud, edge.Gigabytes).BeyondMore is > 0 and var more) Pay(more, here, _clouds[edge.To].GetValueOrDefault(cloud));
    }

    private void Pay(long price, BoolVar here, BoolVar? stays)
    {
        if (stays is null)
        {
            Cost(price * here);
            return;
        }
        var leaves = Model.NewBoolVar("");
        Model.AddBoolOr([leaves, here.Not(), stays]);
        Cost(price * leaves);
    }

    private void Fetch(DataSource source)
    {
        foreach (var (at, there) in _places[source.To])
            if (_pricing.Transfer((source.Cloud, source.Region), at, source.Gigabytes) is > 0 and var price) Cost(price * there);
    }

    private void Cost(LinearExpr cost)
    {
        _costs.Add(cost);
        _money.Add(cost);
    }

    private void Limit(Quota quota, int index, BoolVar? literal)
    {
        var used = Choices.Select(c => (c.Chosen, Uses: c.Candidate.Uses[index])).Where(c => c.Uses > 0).ToList();
        if (used.Count == 0) return;
        var limit = Model.Add(LinearExpr.WeightedSum(used.Select(u => u.Chosen), used.Select(u => (long)u.Uses)) <= quota.Limit);
        if (literal is not null) limit.OnlyEnforceIf(literal);
    }

    /// <summary>What an offer takes of a quota.</summary>
    public static int Uses(Quota quota, Offer offer) => quota.Accelerator is null
        ? (int)Math.Ceiling(offer.Vcpu)
        : string.Equals(quota.Accelerator, offer.Accelerator, StringComparison.OrdinalIgnoreCase) ? offer.Accelerators : 0;
}
