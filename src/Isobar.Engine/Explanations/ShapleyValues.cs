using Isobar.Core.Results;

namespace Isobar.Engine.Explanations;

/// <summary>What each player (a feature, or a group of features) adds to a model's outputs, over the outputs at the baseline.</summary>
/// <param name="Values">For each player, its share of each output; over all players they add up to the instance's output less the baseline's.</param>
/// <param name="Baseline">The outputs where every player is at its baseline.</param>
/// <param name="Instance">The outputs where none is.</param>
/// <param name="Errors">For each output, how far the values may be off: their standard error over their size. 0 where they are exact; 1 where too few paths were walked to tell.</param>
public sealed record ShapleyResult(double[][] Values, double[] Baseline, double[] Instance, double[] Errors);

/// <summary>
/// Shapley values of a model's inputs: exact over all coalitions where those are few, else the mean over random orders of the players
/// (Strumbelj and Kononenko, 2014), every second order being the one before it backwards, which cancels a good part of the noise.
/// </summary>
public static class ShapleyValues
{
    private const int ExactPlayers = 8;

    /// <summary>Explains an instance.</summary>
    /// <param name="players">How many there are.</param>
    /// <param name="paths">Orders to walk where all coalitions are too many.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <param name="evaluate">The model's outputs for coalitions: true for a player at the instance's value, false for one at its baseline.</param>
    public static async Task<Result<ShapleyResult>> ExplainAsync(int players, int paths, int seed, Func<IReadOnlyList<bool[]>, Task<Result<double[][]>>> evaluate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        // Walking the orders costs about as many rows: exact values are then had for the same price.
        var exact = players <= ExactPlayers || (players < 30 && 1L << players <= (long)paths * (players - 1) + 2);
        return exact ? await ExactAsync(players, evaluate).ConfigureAwait(false) : await SampledAsync(players, paths, seed, evaluate).ConfigureAwait(false);
    }

    private static async Task<Result<ShapleyResult>> ExactAsync(int players, Func<IReadOnlyList<bool[]>, Task<Result<double[][]>>> evaluate)
    {
        var count = 1 << players;
        var coalitions = Enumerable.Range(0, count).Select(mask => Enumerable.Range(0, players).Select(p => (mask >> p & 1) == 1).ToArray()).ToList();
        if (!(await evaluate(coalitions).ConfigureAwait(false)).TryGet(out var outputs, out var error)) return error;
        var width = outputs[0].Length;
        // The weight of a coalition of s among n players: s! (n-s-1)! / n!.
        var weights = new double[Math.Max(1, players)];
        for (var s = 0; s < players; s++) weights[s] = 1.0 / (players * Choose(players - 1, s));
        var values = Enumerable.Range(0, players).Select(_ => new double[width]).ToArray();
        for (var mask = 0; mask < count; mask++)
        {
            var size = System.Numerics.BitOperations.PopCount((uint)mask);
            for (var p = 0; p < players; p++)
            {
                if ((mask >> p & 1) == 1) continue;
                for (var o = 0; o < width; o++) values[p][o] += weights[size] * (outputs[mask | 1 << p][o] - outputs[mask][o]);
            }
        }
        return new ShapleyResult(values, outputs[0], outputs[^1], new double[width]);
    }

    // 1. draw the orders; 2. ask for all coalitions along them at once; 3. average what each player added, and see how far the pairs of orders differ.
    private static async Task<Result<ShapleyResult>> SampledAsync(int players, int paths, int seed, Func<IReadOnlyList<bool[]>, Task<Result<double[][]>>> evaluate)
    {
        // 1.
        var random = new Random(seed);
        var orders = new List<int[]>();
        while (orders.Count < paths)
        {
            var order = Enumerable.Range(0, players).ToArray();
            random.Shuffle(order);
            orders.Add(order);
            if (orders.Count < paths) orders.Add([.. order.Reverse()]);
        }

        // 2.
        var coalitions = new List<bool[]> { new bool[players], Enumerable.Repeat(true, players).ToArray() };
        foreach (var order in orders)
        {
            var current = new bool[players];
            foreach (var player in order.SkipLast(1))
            {
                current[player] = true;
                coalitions.Add([.. current]);
            }
        }
        if (!(await evaluate(coalitions).ConfigureAwait(false)).TryGet(out var outputs, out var error)) return error;

        // 3.
        var width = outputs[0].Length;
        var gains = orders.Select((order, path) =>
        {
            var gain = Enumerable.Range(0, players).Select(_ => new double[width]).ToArray();
            for (var step = 0; step < players; step++)
            {
                var before = step == 0 ? outputs[0] : outputs[At(path, step - 1)];
                var after = step == players - 1 ? outputs[1] : outputs[At(path, step)];
                for (var o = 0; o < width; o++) gain[order[step]][o] = after[o] - before[o];
            }
            return gain;
        }).ToList();
        var values = Mean(gains, players, width);
        var pairs = gains.Chunk(2).Select(pair => Mean(pair, players, width)).ToList();
        return new ShapleyResult(values, outputs[0], outputs[1], [.. Enumerable.Range(0, width).Select(o => Error(values, pairs, o))]);

        int At(int path, int step) => 2 + path * (players - 1) + step;
    }

    private static double[][] Mean(IReadOnlyList<double[][]> gains, int players, int width) =>
        [.. Enumerable.Range(0, players).Select(p => Enumerable.Range(0, width).Select(o => gains.Average(g => g[p][o])).ToArray())];

    private static double Error(double[][] values, IReadOnlyList<double[][]> samples, int output)
    {
        var size = values.Sum(v => v[output] * v[output]);
        if (size == 0) return 0;
        if (samples.Count < 2) return 1;
        var variance = values.Select((v, p) => samples.Sum(s => (s[p][output] - v[output]) * (s[p][output] - v[output])) / (samples.Count - 1) / samples.Count).Sum();
        return Math.Sqrt(variance / size);
    }

    private static double Choose(int n, int k)
    {
        double result = 1;
        for (var i = 1; i <= k; i++) result = result * (n - k + i) / i;
        return result;
    }
}
