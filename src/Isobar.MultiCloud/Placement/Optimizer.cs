using System.Globalization;
using Google.OrTools.Sat;
using Isobar.Core.Results;
using Isobar.MultiCloud.Placement.Search;

namespace Isobar.MultiCloud.Placement;

/// <summary>Finds the cheapest placement there is, and proves that there is no cheaper one.</summary>
public static class Optimizer
{
    private const double MaxSeconds = 60;

    /// <summary>Places all tasks. <see cref="ErrorCode.FailedPrecondition"/> with the smallest set of clashing wishes as faults where that cannot be.</summary>
    public static Result<PlacementPlan> Place(PlacementProblem problem) => Place(problem, reduce: true);

    // 1. the offers worth looking at; 2. those that may be in a best placement; 3. where that leaves a choice, the solver; 4. explain. Where there is no answer, the wishes that clash are told instead.
    internal static Result<PlacementPlan> Place(PlacementProblem problem, bool reduce)
    {
        if (problem.Tasks.Count == 0) return new PlacementPlan([], 0, 0, 0, []);
        // 1.
        var candidates = new Candidates(problem);
        var found = problem.Tasks.Select(t => candidates.Of(t, all: false)).ToList();
        var refusals = problem.Tasks.Zip(found, (t, f) => f.Wishes.Zip(f.RefusedBy, (w, n) => new Refused(t.Name, w.Id, n)).Where(r => r.Offers > 0)).SelectMany(r => r).ToList();
        if (found.Exists(f => f.Offers.Count == 0)) return Clash.Find(problem);
        // 2.
        var all = found.Select(f => f.Offers).ToList();
        var left = reduce ? Reduction.Of(problem, all) : new Reduced(all, null, false);
        // 3.
        var chosen = left.Best;
        if (!left.IsProved)
        {
            var model = PlacementModel.Strict(problem, left.Candidates);
            if (left.Best is { } hint) model.Hint(hint);
            var solver = Solver();
            var status = solver.Solve(model.Model);
            if (status == CpSolverStatus.Infeasible) return Clash.Find(problem);
            if (status != CpSolverStatus.Optimal) return new Error(ErrorCode.DeadlineExceeded, $"No placement was proved to be the best within {MaxSeconds} s ({status}).");
            chosen = [.. model.Choices.Where(c => solver.BooleanValue(c.Chosen)).Select(c => c.Candidate)];
        }
        // 4.
        return Plan(problem, chosen!, [.. found.Select(f => f.Beside)], refusals);
    }

    private static PlacementPlan Plan(PlacementProblem problem, Candidate[] chosen, List<IReadOnlyList<Candidate>> beside, IReadOnlyList<Refused> refusals)
    {
        var places = problem.Tasks.Zip(chosen).ToDictionary(c => c.First.Name, c => (c.Second.Offer.Cloud, c.Second.Offer.Region));
        var pricing = new Pricing(problem);
        var transfer = problem.Edges.Sum(e => pricing.Transfer(places[e.From], places[e.To], e.Gigabytes)) + problem.Sources.Sum(s => pricing.Transfer((s.Cloud, s.Region), places[s.To], s.Gigabytes));
        var tasks = problem.Tasks.Select((t, i) => new Placed(t.Name, chosen[i].Offer, chosen[i].Spot, Pricing.Dollars(chosen[i].Money), Why(t, chosen[i], beside[i]))).ToList();
        return new PlacementPlan(tasks, Pricing.Dollars(chosen.Sum(c => c.Money) + transfer), Pricing.Dollars(transfer), chosen.Sum(c => c.Weight) + transfer, refusals);
    }

    internal static CpSolver Solver() => new()
    {
        // One worker and one seed: the same problem has the same answer.
        StringParameters = string.Create(CultureInfo.InvariantCulture, $"num_search_workers:1,linearization_level:2,cp_model_probing_level:0,symmetry_level:0,random_seed:1,max_time_in_seconds:{MaxSeconds}"),
    };

    private static string Why(PlacementTask task, Candidate chosen, IReadOnlyList<Candidate> all)
    {
        var here = $"{chosen.Offer.Sku} in {chosen.Offer.Cloud} {chosen.Offer.Region}{(chosen.Spot ? ", spot," : "")} costs {Dollars(chosen.Money)}";
        if (all.Where(c => c.Offer.Cloud != chosen.Offer.Cloud).MinBy(c => c.Weight) is not { } next) return task.Clouds is [_] ? $"{here}; the manifest names this cloud." : $"{here}; no other cloud has what is wanted.";
        var beside = $"the best of another cloud, {next.Offer.Sku} in {next.Offer.Cloud} {next.Offer.Region}{(next.Spot ? ", spot" : "")}, {Dollars(next.Money)}";
        return next.Weight < chosen.Weight ? $"{here}; {beside}, would be cheaper alone, but not with the data that would move or the limits that bind." : $"{here}; {beside}.";
    }

    private static string Dollars(long micros) => $"${Pricing.Dollars(micros).ToString("0.00####", CultureInfo.InvariantCulture)}";
}
