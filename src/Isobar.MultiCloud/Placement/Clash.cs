using Google.OrTools.Sat;
using Isobar.Core.Results;

namespace Isobar.MultiCloud.Placement;

/// <summary>Finds the smallest set of wishes that cannot be met together.</summary>
internal static class Clash
{
    private const int MostTried = 300;

    // 1. any set that clashes, from the solver; 2. drop what is not needed for it; 3. look for a smaller one of other wishes.
    public static Error Find(PlacementProblem problem)
    {
        if (problem.Offers.Count == 0) return new Error(ErrorCode.FailedPrecondition, "There are no offers at all: no cloud has a price.");
        var candidates = new Candidates(problem);
        var found = problem.Tasks.Select(t => candidates.Of(t, all: true)).ToList();
        if (problem.Tasks.Zip(found).FirstOrDefault(f => f.Second.Offers.Count == 0) is { First: { } none }) return new Error(ErrorCode.FailedPrecondition, $"No cloud has a price for what {none.Name} needs{(none.Use is { } use ? $", {use}" : "")}.") { Faults = [new Fault(none.Name, none.Use, "no offers")] };
        var (model, wishes) = PlacementModel.Relaxed(problem, [.. found.Select(f => f.Offers)], [.. found.Select(f => f.Wishes)]);
        // 1.
        var all = Enumerable.Range(0, wishes.Count).ToList();
        var core = Core(all) ?? all;
        // 2.
        for (var i = core.Count - 1; i >= 0; i--)
        {
            var without = core.Where((_, at) => at != i).ToList();
            if (Core(without) is { } smaller) (core, i) = (smaller, Math.Min(i, smaller.Count));
        }
        // 3.
        var tried = 0;
        for (var size = 1; size < core.Count && tried < MostTried; size++)
        {
            foreach (var subset in Subsets(all, size))
            {
                if (++tried > MostTried) break;
                if (Core(subset) is null) continue;
                core = subset;
                break;
            }
        }
        var told = core.Select(i => wishes[i].Wish).Order(StringComparer.Ordinal).ToList();
        return new Error(ErrorCode.FailedPrecondition, told.Count == 1 ? $"No offer meets this wish: {told[0]}." : $"These wishes cannot be met together: {string.Join("; ", told)}. Give up one of them.")
        {
            Faults = [.. told.Select(w => new Fault(w.Split(": ")[0], w, w))],
        };

        List<int>? Core(List<int> wanted)
        {
            model.Model.ClearAssumptions();
            model.Model.AddAssumptions(wanted.Select(i => (ILiteral)wishes[i].Literal));
            var solver = Optimizer.Solver();
            if (solver.Solve(model.Model) != CpSolverStatus.Infeasible) return null;
            var named = solver.SufficientAssumptionsForInfeasibility().ToHashSet();
            var core = wanted.Where(i => named.Contains(wishes[i].Literal.Index)).ToList();
            return core.Count == 0 ? wanted : core;
        }
    }

    private static IEnumerable<List<int>> Subsets(List<int> of, int size)
    {
        if (size == 0)
        {
            yield return [];
            yield break;
        }
        for (var i = 0; i <= of.Count - size; i++)
            foreach (var rest in Subsets(of.GetRange(i + 1, of.Count - i - 1), size - 1)) yield return [of[i], .. rest];
    }
}
