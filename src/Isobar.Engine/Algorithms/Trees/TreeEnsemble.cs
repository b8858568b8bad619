namespace Isobar.Engine.Algorithms.Trees;

/// <summary>A node: a leaf with a value, or a question <c>x[Feature] ≤ Threshold</c> whose answer yes leads left.</summary>
internal readonly record struct TreeNode(int Feature, double Threshold, int Left, int Right, bool MissingGoesLeft, double Value)
{
    public bool IsLeaf => Left < 0;

    public static TreeNode Leaf(double value) => new(0, 0, -1, -1, false, value);
}

/// <summary>A binary tree; node 0 is the root.</summary>
/// <param name="Target">Which score its leaves add to.</param>
internal sealed record Tree(IReadOnlyList<TreeNode> Nodes, int Target)
{
    public double Evaluate(ReadOnlySpan<float> row)
    {
        var at = 0;
        while (true)
        {
            var node = Nodes[at];
            if (node.IsLeaf) return node.Value;
            var x = row[node.Feature];
            at = float.IsNaN(x) ? (node.MissingGoesLeft ? node.Left : node.Right) : x <= node.Threshold ? node.Left : node.Right;
        }
    }
}

/// <summary>Trees whose leaves add up to one raw score per target.</summary>
internal sealed record TreeEnsemble(IReadOnlyList<Tree> Trees, int Targets, IReadOnlyList<double> BaseScores)
{
    /// <summary>The first rounds alone, each of which grew one tree for every target.</summary>
    public TreeEnsemble First(int rounds) => this with { Trees = [.. Trees.Take(rounds * Targets)] };

    /// <summary>How often each feature is asked, as a cheap importance.</summary>
    public long[] SplitCounts(int features)
    {
        var counts = new long[features];
        foreach (var node in Trees.SelectMany(t => t.Nodes).Where(n => !n.IsLeaf)) counts[node.Feature]++;
        return counts;
    }
}
