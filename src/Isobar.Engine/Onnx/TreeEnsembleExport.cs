using Isobar.Engine.Algorithms.Trees;
using static Isobar.Engine.Onnx.GraphBuilder;

namespace Isobar.Engine.Onnx;

/// <summary>Writes a tree ensemble as one TreeEnsembleRegressor node whose targets are the raw scores.</summary>
internal static class TreeEnsembleExport
{
    /// <summary>Adds the node over the encoded features; the result has the shape [N, targets].</summary>
    public static string AddTrees(this GraphBuilder graph, string features, TreeEnsemble ensemble)
    {
        List<long> treeIds = [], nodeIds = [], featureIds = [], trueIds = [], falseIds = [], missing = [];
        List<long> leafTrees = [], leafNodes = [], leafTargets = [];
        List<float> values = [], weights = [];
        List<string> modes = [];
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            var tree = ensemble.Trees[t];
            for (var n = 0; n < tree.Nodes.Count; n++)
            {
                var node = tree.Nodes[n];
                treeIds.Add(t);
                nodeIds.Add(n);
                featureIds.Add(node.IsLeaf ? 0 : node.Feature);
                values.Add(node.IsLeaf ? 0 : FloorToFloat(node.Threshold));
                modes.Add(node.IsLeaf ? "LEAF" : "BRANCH_LEQ");
                trueIds.Add(node.IsLeaf ? 0 : node.Left);
                falseIds.Add(node.IsLeaf ? 0 : node.Right);
                missing.Add(node is { IsLeaf: false, MissingGoesLeft: true } ? 1 : 0);
                if (!node.IsLeaf) continue;
                leafTrees.Add(t);
                leafNodes.Add(n);
                leafTargets.Add(tree.Target);
                weights.Add((float)node.Value);
            }
        }
        return graph.AddMl("TreeEnsembleRegressor", [features], [ensemble.Targets],
            Attr("n_targets", ensemble.Targets),
            Attr("aggregate_function", "SUM"),
            Attr("post_transform", "NONE"),
            Attr("base_values", ensemble.BaseScores.Select(b => (float)b)),
            Attr("nodes_treeids", treeIds),
            Attr("nodes_nodeids", nodeIds),
            Attr("nodes_featureids", featureIds),
            Attr("nodes_values", values),
            Attr("nodes_modes", modes),
            Attr("nodes_truenodeids", trueIds),
            Attr("nodes_falsenodeids", falseIds),
            Attr("nodes_missing_value_tracks_true", missing),
            Attr("target_treeids", leafTrees),
            Attr("target_nodeids", leafNodes),
            Attr("target_ids", leafTargets),
            Attr("target_weights", weights));
    }

    /// <summary>The largest float not above the threshold: for a float x, x ≤ threshold and x ≤ this are the same question.</summary>
    private static float FloorToFloat(double threshold)
    {
        var value = (float)threshold;
        return value > threshold ? MathF.BitDecrement(value) : value;
    }
}
