namespace Isobar.Engine.Algorithms.Trees.Objectives;

/// <summary>
/// LambdaMART (Burges, From RankNet to LambdaRank to LambdaMART, MSR-TR-2010-82): pairs of a group whose labels differ pull their scores apart,
/// by how much their exchange would change the measure. As XGBoost 2 does it, a pair counts when one of the two is among the 32 best placed now.
/// </summary>
/// <param name="kind"><c>rank_pairwise</c>, <c>rank_ndcg</c> or <c>rank_map</c>.</param>
/// <param name="metric">What is watched: <c>ndcg</c> or <c>map</c>.</param>
/// <param name="top">Places that the watched metric counts; 0 for all.</param>
internal sealed class RankingObjective(string kind, Matrix train, string metric, int top) : IBoostingObjective
{
    private const int Pairs = 32;

    public string Metric => top > 0 ? $"{metric}@{top}" : metric;
    public bool HigherIsBetter => true;
    public double Start => 0;

    public void Derive(ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        gradients.Clear();
        hessians.Clear();
        var start = 0;
        foreach (var size in train.GroupSizes)
        {
            DeriveGroup(train.Labels.AsSpan(start, size), scores.Slice(start, size), gradients.Slice(start, size), hessians.Slice(start, size));
            if (train.Weights is { } weights)
            {
                for (var r = start; r < start + size; r++) (gradients[r], hessians[r]) = (gradients[r] * weights[r], hessians[r] * weights[r]);
            }
            start += size;
        }
    }

    public double Evaluate(Matrix rows, ReadOnlySpan<double> scores) => metric == "map" ? RankingMeasures.Map(rows, scores, top) : RankingMeasures.Ndcg(rows, scores, top);

    public IReadOnlyDictionary<string, double> Measure(Matrix rows, ReadOnlySpan<float> predictions)
    {
        double[] scores = [.. predictions.ToArray().Select(p => (double)p)];
        var measures = new Dictionary<string, double> { ["ndcg"] = RankingMeasures.Ndcg(rows, scores, 0), ["map"] = RankingMeasures.Map(rows, scores, 0) };
        if (top > 0) measures[Metric] = Evaluate(rows, scores);
        return measures;
    }

    // 1. put the group in its present order; 2. take each pair once, its better row pulled up and the other pushed down;
    // 3. scale the whole group, so that a long one does not outweigh the others.
    private void DeriveGroup(ReadOnlySpan<float> labels, ReadOnlySpan<double> scores, Span<float> gradients, Span<float> hessians)
    {
        // 1.
        var order = RankingMeasures.Order(scores);
        var swap = new PlaceExchange(kind, labels, order);
        var spread = scores[order[0]] != scores[order[^1]];

        // 2.
        double sum = 0;
        for (var i = 0; i < Math.Min(order.Length, Pairs); i++)
        {
            for (var j = i + 1; j < order.Length; j++)
            {
                if (labels[order[i]] == labels[order[j]]) continue;
                var (better, worse) = labels[order[i]] > labels[order[j]] ? (order[i], order[j]) : (order[j], order[i]);
                var change = swap.Change(i, j);
                var gap = scores[better] - scores[worse];
                // Rows that stand far apart are in little danger of changing places.
                if (kind != "rank_pairwise" && spread) change /= Math.Abs(gap) + 0.01;
                var chance = 1 / (1 + Math.Exp(-gap));
                var pull = (float)((1 - chance) * change);
                var curve = (float)(Math.Max(chance * (1 - chance), 1e-16) * change * 2);
                gradients[better] -= pull;
                gradients[worse] += pull;
                hessians[better] += curve;
                hessians[worse] += curve;
                sum += 2 * pull;
            }
        }

        // 3.
        if (sum <= 0) return;
        var scale = (float)(Math.Log2(1 + sum) / sum);
        for (var r = 0; r < gradients.Length; r++) (gradients[r], hessians[r]) = (gradients[r] * scale, hessians[r] * scale);
    }
}
