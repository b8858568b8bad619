namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>By how much the measure changes when the rows of two places are exchanged.</summary>
internal sealed class PlaceExchange
{
    private readonly string _kind;
    private readonly double[] _gains;
    private readonly double _ideal;
    private readonly int[] _hits;
    private readonly double[] _shares;

    public PlaceExchange(string kind, ReadOnlySpan<float> labels, int[] order)
    {
        (_kind, _gains, _hits, _shares) = (kind, new double[order.Length], new int[order.Length], new double[order.Length]);
        if (kind == "rank_ndcg") _ideal = RankingMeasures.Ideal(labels, int.MaxValue);
        for (var place = 0; place < order.Length; place++)
        {
            var label = labels[order[place]];
            _gains[place] = kind == "rank_ndcg" ? RankingMeasures.Gain(label) : label;
            // Relevant rows up to here, and the sum of 1 / place over them.
            _hits[place] = (place > 0 ? _hits[place - 1] : 0) + (label > 0 ? 1 : 0);
            _shares[place] = (place > 0 ? _shares[place - 1] : 0) + (label > 0 ? 1.0 / (place + 1) : 0);
        }
    }

    public double Change(int first, int second) => _kind switch
    {
        "rank_ndcg" => Math.Abs((_gains[first] - _gains[second]) * (RankingMeasures.Discount(first) - RankingMeasures.Discount(second))) / _ideal,
        "rank_map" => Math.Abs(Precision(first, second)) / _hits[^1],
        _ => 1,
    };

    // Of the two rows one is relevant. When it moves, the relevant rows between the places each see one row more or less before them.
    private double Precision(int first, int second)
    {
        var between = _shares[second - 1] - _shares[first];
        return _gains[first] > 0
            ? ((double)_hits[second] / (second + 1)) - ((double)_hits[first] / (first + 1)) - between
            : ((double)(_hits[first] + 1) / (first + 1)) - ((double)_hits[second] / (second + 1)) + between;
    }
}
