namespace Isobar.Engine.Monitoring.Statistics;

/// <summary>
/// The distribution of a stream of numbers in little memory, after Karnin, Lang and Liberty ("Optimal quantile approximation in streams", 2016).
/// Exact up to <see cref="K"/> values; beyond that a rank is off by about 1.7/K of the count (0.1%), with 99% confidence.
/// </summary>
public sealed class QuantileSketch
{
    /// <summary>Size of the largest buffer.</summary>
    public const int K = 2048;
    /// <summary>How buffers shrink from level to level.</summary>
    public const double Shrink = 0.64;

    private readonly List<List<double>> _levels;
    private bool _odd;
    private (double[] Values, double[] Ranks)? _sorted;

    /// <summary>An empty sketch.</summary>
    public QuantileSketch() => _levels = [[]];

    /// <summary>A sketch from its levels; a value on level n counts 2^n.</summary>
    public QuantileSketch(IEnumerable<IEnumerable<double>> levels)
    {
        _levels = [.. levels.Select(l => l.ToList())];
        if (_levels.Count == 0) _levels.Add([]);
        Count = _levels.Select((l, i) => (long)l.Count << i).Sum();
    }

    /// <summary>Values seen.</summary>
    public long Count { get; private set; }

    /// <summary>The kept values, level by level.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Levels => _levels;

    /// <summary>Takes a value.</summary>
    public void Add(double value)
    {
        _sorted = null;
        Count++;
        _levels[0].Add(value);
        for (var level = 0; level < _levels.Count && _levels[level].Count > Capacity(level); level++) Compact(level);
    }

    /// <summary>The share of values that are at most <paramref name="value"/>.</summary>
    public double Cdf(double value)
    {
        var (values, ranks) = Sorted();
        if (values.Length == 0) return 0;
        var at = UpperBound(values, value);
        return at == 0 ? 0 : ranks[at - 1] / ranks[^1];
    }

    /// <summary>The value below which a share of all values lies.</summary>
    public double Quantile(double share)
    {
        var (values, ranks) = Sorted();
        if (values.Length == 0) return double.NaN;
        var wanted = Math.Clamp(share, 0, 1) * ranks[^1];
        var at = Array.BinarySearch(ranks, wanted);
        return values[Math.Min(at < 0 ? ~at : at, values.Length - 1)];
    }

    /// <summary>The different kept values, ascending.</summary>
    public IReadOnlyList<double> Values => Sorted().Values;

    // The newest level gets all of K; those below it less and less, since each of their values counts less.
    private int Capacity(int level) => level == 0 && _levels.Count == 1 ? K : Math.Max(2, (int)Math.Ceiling(K * Math.Pow(Shrink, _levels.Count - 1 - level)));

    private void Compact(int level)
    {
        if (level + 1 == _levels.Count) _levels.Add([]);
        var values = _levels[level];
        values.Sort();
        // Taking the odd and the even places in turn cancels the errors out, and stays reproducible.
        _odd = !_odd;
        var kept = values.Count % 2 == 1 ? values[^1] : (double?)null;
        for (var i = _odd ? 1 : 0; i < values.Count - (kept is null ? 0 : 1); i += 2) _levels[level + 1].Add(values[i]);
        values.Clear();
        if (kept is { } one) values.Add(one);
    }

    private (double[] Values, double[] Ranks) Sorted()
    {
        if (_sorted is { } ready) return ready;
        var values = new List<double>();
        var ranks = new List<double>();
        var rank = 0.0;
        foreach (var (value, weight) in _levels.SelectMany((l, i) => l.Select(v => (v, Math.Pow(2, i)))).OrderBy(p => p.v))
        {
            rank += weight;
            if (values.Count > 0 && values[^1] == value) ranks[^1] = rank;
            else
            {
                values.Add(value);
                ranks.Add(rank);
            }
        }
        _sorted = ([.. values], [.. ranks]);
        return _sorted.Value;
    }

    private static int UpperBound(double[] values, double value)
    {
        var at = Array.BinarySearch(values, value);
        return at < 0 ? ~at : at + 1;
    }
}
