namespace Isobar.MultiCloud.Placement.Search;

/// <summary>
/// The problem without its hard sides: quotas may be overdrawn at a price, links that close a circle and the limit of money do not count. It is solved exactly
/// along the trees, by passing on to each parent what its children cost at least, and can only be cheaper than the problem itself.
/// </summary>
internal sealed class Relaxation(Numbers numbers, Forest forest)
{
    // No place: so large that no cost reaches it, and that a few of them can be added.
    private const long None = long.MaxValue / 64;
    private readonly long[][] _alone = Table(numbers), _below = Table(numbers), _above = Table(numbers), _toParent = Table(numbers);
    private readonly int[][] _best = [.. Enumerable.Range(0, numbers.Tasks).Select(_ => new int[numbers.Places])];
    private readonly long[] _cheapest = new long[numbers.Clouds];
    private long[] _prices = [];
    private long _charged;

    /// <summary>What everything costs at least, quotas being paid for by these prices.</summary>
    public long Solve(long[] prices)
    {
        (_prices, _charged) = (prices, 0);
        for (var q = 0; q < prices.Length; q++) _charged += prices[q] * numbers.Limits[q];
        for (var t = 0; t < numbers.Tasks; t++) Alone(t);
        var least = -_charged;
        for (var i = forest.Order.Length - 1; i >= 0; i--)
        {
            var t = forest.Order[i];
            if (forest.Parent[t] is not { } link)
            {
                least += _below[t].Min();
                continue;
            }
            var parent = Forest.Other(link, t);
            Pass(link, parent == link.From, _below[t], _toParent[t]);
            for (var p = 0; p < numbers.Places; p++) _below[parent][p] += _toParent[t][p];
        }
        return least;
    }

    /// <summary>The offers, by their number, that it comes to be so cheap with.</summary>
    public int[] Choice()
    {
        var (places, choice) = (new int[numbers.Tasks], new int[numbers.Tasks]);
        foreach (var t in forest.Order)
        {
            var (least, place) = (long.MaxValue, -1);
            for (var p = 0; p < numbers.Places; p++)
            {
                if (_alone[t][p] >= None) continue;
                var cost = _below[t][p] + (forest.Parent[t] is not { } link ? 0 : link.From == t ? link.Cost(p, places[link.To], numbers.CloudOf) : link.Cost(places[link.From], p, numbers.CloudOf));
                if (cost < least) (least, place) = (cost, p);
            }
            (places[t], choice[t]) = (place, _best[t][place]);
        }
        return choice;
    }

    /// <summary>What everything costs at least if a task takes an offer.</summary>
    /// <param name="least">What <see cref="Solve"/> told.</param>
    public long[][] Marginals(long least)
    {
        var marginals = new long[numbers.Tasks][];
        foreach (var t in forest.Order)
        {
            if (forest.Parent[t] is { } link)
            {
                var parent = Forest.Other(link, t);
                var rest = new long[numbers.Places];
                for (var p = 0; p < numbers.Places; p++) rest[p] = _below[parent][p] + _above[parent][p] - _toParent[t][p];
                Pass(link, t == link.From, rest, _above[t]);
            }
            else Array.Clear(_above[t]);
            var tree = long.MaxValue;
            for (var p = 0; p < numbers.Places; p++) tree = Math.Min(tree, _below[t][p] + _above[t][p]);
            marginals[t] = [.. numbers.Options[t].Select(o => least - tree + _below[t][o.Place] + _above[t][o.Place] - _alone[t][o.Place] + Priced(o))];
        }
        return marginals;
    }

    private void Alone(int t)
    {
        Array.Fill(_alone[t], None);
        for (var o = 0; o < numbers.Options[t].Length; o++)
        {
            var option = numbers.Options[t][o];
            var cost = Priced(option);
            if (cost < _alone[t][option.Place]) (_alone[t][option.Place], _best[t][option.Place]) = (cost, o);
        }
        _alone[t].CopyTo(_below[t], 0);
    }

    private long Priced(Option option)
    {
        var cost = option.Cost;
        for (var q = 0; q < _prices.Length; q++) cost += _prices[q] * option.Candidate.Uses[q];
        return cost;
    }

    // For each place of the one end, the cheapest place of the other: the same, one of the same cloud, or any.
    private void Pass(Link link, bool toFrom, long[] costs, long[] passed)
    {
        Array.Fill(_cheapest, None);
        var anywhere = None;
        for (var p = 0; p < costs.Length; p++)
        {
            var c = numbers.CloudOf[p];
            _cheapest[c] = Math.Min(_cheapest[c], costs[p] + (toFrom ? 0 : link.Within[c]));
            anywhere = Math.Min(anywhere, costs[p] + (toFrom ? 0 : link.Beyond[c]));
        }
        for (var p = 0; p < costs.Length; p++)
        {
            var c = numbers.CloudOf[p];
            passed[p] = Math.Min(costs[p], Math.Min(_cheapest[c] + (toFrom ? link.Within[c] : 0), anywhere + (toFrom ? link.Beyond[c] : 0)));
        }
    }

    private static long[][] Table(Numbers numbers) => [.. Enumerable.Range(0, numbers.Tasks).Select(_ => new long[numbers.Places])];
}
