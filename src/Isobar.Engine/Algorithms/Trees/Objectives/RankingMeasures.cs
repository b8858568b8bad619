namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>How good an order within groups is. Definitions as in XGBoost's parameter reference (ndcg with exponential gain, map); a group without a relevant row counts 1.</summary>
internal static class RankingMeasures
{
    /// <summary>A gain of 2^relevance - 1 stays exact up to here.</summary>
    public const int MostRelevant = 31;

    /// <summary>Normalized discounted cumulative gain, the mean over the groups.</summary>
    /// <param name="top">Places that count; 0 for all.</param>
    public static double Ndcg(Matrix rows, ReadOnlySpan<double> scores, int top) => Mean(rows, scores, top, GroupNdcg);

    /// <summary>Mean average precision; a label above 0 is relevant.</summary>
    /// <param name="top">Places that count; 0 for all.</param>
    public static double Map(Matrix rows, ReadOnlySpan<double> scores, int top) => Mean(rows, scores, top, GroupPrecision);

    public static double Gain(float label) => Math.Pow(2, label) - 1;
    public static double Discount(int place) => 1 / Math.Log2(place + 2);

    /// <summary>The best sum of discounted gains that these labels allow.</summary>
    public static double Ideal(ReadOnlySpan<float> labels, int top)
    {
        var sorted = labels.ToArray();
        Array.Sort(sorted);
        Array.Reverse(sorted);
        double sum = 0;
        for (var place = 0; place < Math.Min(sorted.Length, top); place++) sum += Gain(sorted[place]) * Discount(place);
        return sum;
    }

    private static double GroupNdcg(ReadOnlySpan<float> labels, ReadOnlySpan<int> order, int top)
    {
        var ideal = Ideal(labels, top);
        if (ideal <= 0) return 1;
        double sum = 0;
        for (var place = 0; place < Math.Min(order.Length, top); place++) sum += Gain(labels[order[place]]) * Discount(place);
        return sum / ideal;
    }

    private static double GroupPrecision(ReadOnlySpan<float> labels, ReadOnlySpan<int> order, int top)
    {
        var relevant = 0;
        foreach (var label in labels)
            if (label > 0) relevant++;
        if (relevant == 0) return 1;
        double sum = 0;
        var hits = 0;
        for (var place = 0; place < Math.Min(order.Length, top); place++)
            if (labels[order[place]] > 0) sum += (double)++hits / (place + 1);
        return sum / Math.Min(relevant, top);
    }

    private delegate double GroupMeasure(ReadOnlySpan<float> labels, ReadOnlySpan<int> order, int top);

    private static double Mean(Matrix rows, ReadOnlySpan<double> scores, int top, GroupMeasure measure)
    {
        if (top <= 0) top = int.MaxValue;
        double sum = 0;
        var start = 0;
        foreach (var size in rows.GroupSizes)
        {
            sum += measure(rows.Labels.AsSpan(start, size), Order(scores.Slice(start, size)), top);
            start += size;
        }
        return rows.GroupSizes.Count == 0 ? 0 : sum / rows.GroupSizes.Count;
    }

    /// <summary>The places of a group by falling score; equal scores keep the order of the data.</summary>
    public static int[] Order(ReadOnlySpan<double> scores)
    {
        var values = scores.ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])];
    }
}
