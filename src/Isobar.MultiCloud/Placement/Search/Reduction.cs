namespace Isobar.MultiCloud.Placement.Search;

/// <summary>What is left for the solver to decide.</summary>
/// <param name="Candidates">By task: the offers that a best placement may have.</param>
/// <param name="Best">The best placement found, each task's candidate; null: none was found.</param>
/// <param name="IsProved">Whether nothing can be better than <paramref name="Best"/>.</param>
internal sealed record Reduced(IReadOnlyList<IReadOnlyList<Candidate>> Candidates, Candidate[]? Best, bool IsProved);

/// <summary>
/// Closes in on the best placement from both sides: the relaxation tells what every placement costs at least, a placement made from it what the best one costs at
/// most. An offer with which everything would cost more than that is in no best placement. All in whole numbers: nothing is left out by rounding.
/// </summary>
internal static class Reduction
{
    private const int Rounds = 4, Steps = 60, Patience = 6;

    // 1. better prices for quotas, and with them a higher bound; 2. placements on the way; 3. the offers that cost too much go.
    public static Reduced Of(PlacementProblem problem, IReadOnlyList<IReadOnlyList<Candidate>> candidates)
    {
        var numbers = new Numbers(problem, candidates);
        var (forest, incumbent) = (new Forest(numbers), new Incumbent(numbers));
        var (prices, bound) = (new long[numbers.Limits.Length], long.MinValue);
        for (var round = 0; round < Rounds && bound < incumbent.Cost; round++)
        {
            var relaxation = new Relaxation(numbers, forest);
            // 1. and 2.
            (prices, bound) = Climb(numbers, relaxation, incumbent, prices);
            if (incumbent.Best is null) break;
            // 3.
            var marginals = relaxation.Marginals(relaxation.Solve(prices));
            var before = numbers.Options.Sum(o => o.Length);
            numbers.Keep((t, o) => marginals[t][o] <= incumbent.Cost);
            if (numbers.Options.Sum(o => o.Length) == before) break;
        }
        return new Reduced([.. numbers.Options.Select(options => options.Select(o => o.Candidate).ToList())], incumbent.Best, incumbent.Best is not null && bound >= incumbent.Cost);
    }

    private static (long[] Prices, long Bound) Climb(Numbers numbers, Relaxation relaxation, Incumbent incumbent, long[] start)
    {
        var (prices, best, bound, stride, stalled) = ((long[])[.. start], start, long.MinValue, 1.0, 0);
        for (var step = 0; step < Steps; step++)
        {
            var least = relaxation.Solve(prices);
            var choice = relaxation.Choice();
            if (least > bound) (bound, best, stalled) = (least, [.. prices], 0);
            else if (++stalled % Patience == 0) stride /= 2;
            var over = numbers.Limits.Select((limit, q) => choice.Select((o, t) => (long)numbers.Options[t][o].Candidate.Uses[q]).Sum() - limit).ToArray();
            if (step % 4 == 0 || Array.TrueForAll(over, o => o <= 0)) incumbent.Offer(choice);
            if (bound >= incumbent.Cost || prices.Length == 0) break;
            // A price rises where more is wanted than there is, and falls where something is left.
            var steep = over.Select((o, q) => o < 0 && prices[q] == 0 ? 0 : (double)o * o).Sum();
            if (steep == 0) break;
            var gap = incumbent.Best is null ? Math.Max(1, Math.Abs(least) * 0.1) : incumbent.Cost - least;
            for (var q = 0; q < prices.Length; q++) prices[q] = Math.Max(0, prices[q] + (long)Math.Round(stride * gap / steep * over[q]));
        }
        return (best, bound);
    }
}
