using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Algorithms.Scoring;
using Isobar.Engine.Algorithms.Trees;
using Isobar.Engine.Onnx;
using Isobar.Engine.Onnx.Schema;

namespace Isobar.Engine.Algorithms.Anomaly;

/// <summary>
/// Random cut forest (Guha, Mishra, Roy and Schrijvers, ICML 2016): each tree cuts a random sample, a dimension being chosen in
/// proportion to its range. A row is scored by how early it would be cut off; the forest's score is the trees' mean, larger is more unusual.
/// </summary>
internal sealed class RandomCutForest : IAlgorithm
{
    public string Name => "random-cut-forest";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Anomaly];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: false, Scale: false);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Int("trees", 100, 1, 1000, "Trees."),
        HyperParameter.Int("rows_per_tree", 256, 1, 2048, "Rows drawn for each tree; the share of unusual rows is about one in so many."),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        var random = new Random(context.Request.Seed);
        int count = context.Values.Int("trees"), size = Math.Min(context.Values.Int("rows_per_tree"), context.Train.Rows);
        var trees = new List<Tree>(count);
        var rows = Enumerable.Range(0, context.Train.Rows).ToArray();
        for (var t = 0; t < count; t++)
        {
            ct.ThrowIfCancellationRequested();
            for (var i = 0; i < size; i++)
            {
                var j = random.Next(i, rows.Length);
                (rows[i], rows[j]) = (rows[j], rows[i]);
            }
            trees.Add(new CutTree(context.Train, random, count).Build(rows[..size]));
        }
        var threshold = Threshold(context.Train, trees, rows);
        context.Progress.Log(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"A score above {threshold:0.####} counts as unusual: three standard deviations above the mean of the training rows."));
        return new ForestModel(new TreeEnsemble(trees, 1, [0]), threshold);
    }

    /// <summary>Where SageMaker's guide draws the line, from a sample of the (shuffled) training rows.</summary>
    private static double Threshold(Matrix train, List<Tree> trees, int[] rows)
    {
        var scores = rows.Take(10_000).AsParallel().Select(r => trees.Sum(t => t.Evaluate(train.Row(r)))).ToArray();
        var mean = scores.Average();
        return mean + (3 * Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))));
    }

    /// <summary>Output <c>score</c> [N].</summary>
    /// <param name="Threshold">Scores above it count as unusual where labels tell what is.</param>
    internal sealed record ForestModel(TreeEnsemble Forest, double Threshold) : IFittedModel
    {
        public IReadOnlyDictionary<string, double> Measure(Matrix rows, ReadOnlySpan<float> predictions)
        {
            double sum = 0;
            foreach (var score in predictions) sum += score;
            var measures = new Dictionary<string, double> { ["mean_score"] = sum / predictions.Length };
            if (rows.Labels is not { } labels || !labels.All(l => l is 0 or 1)) return measures;
            measures["auc"] = Scores.Auc(labels, predictions);
            var classes = new float[2 * predictions.Length];
            for (var r = 0; r < predictions.Length; r++) classes[(2 * r) + (predictions[r] > Threshold ? 1 : 0)] = 1;
            var flagged = Scores.Classification(labels, classes, 2);
            foreach (var name in new[] { "accuracy", "precision", "recall", "f1" }) measures[name] = flagged[name];
            return measures;
        }

        public void AddTo(GraphBuilder graph, string features, FitContext context) => graph.AddPrediction(graph.AddTrees(features, Forest), ScoreLink.None, null);
    }
}

/// <summary>One random cut tree, with the questions that tell a row outside of a box from one inside.</summary>
internal sealed class CutTree(Matrix data, Random random, int trees)
{
    private readonly List<TreeNode> _nodes = [];
    private int _size;

    public Tree Build(int[] rows)
    {
        _size = rows.Length;
        Grow(rows, 0);
        return new Tree(_nodes, 0);
    }

    private int Grow(int[] rows, int depth)
    {
        var (low, high) = Box(rows);
        var spread = 0.0;
        for (var i = 0; i < low.Length; i++) spread += high[i] - low[i];
        if (spread <= 0) return Add(TreeNode.Leaf(Score(1 / (depth + Math.Log2(rows.Length + 1)))));

        var at = random.NextDouble() * spread;
        var feature = 0;
        while (feature < low.Length - 1 && at >= high[feature] - low[feature]) at -= high[feature] - low[feature++];
        var cut = (float)Math.Clamp(low[feature] + at, low[feature], MathF.BitDecrement(high[feature]));
        var left = rows.Where(r => data.Row(r)[feature] <= cut).ToArray();
        var right = rows.Where(r => data.Row(r)[feature] > cut).ToArray();
        // Rounding can leave a side empty only when the range is a hair wide: the rows are one point then.
        if (left.Length == 0 || right.Length == 0) return Add(TreeNode.Leaf(Score(1 / (depth + Math.Log2(rows.Length + 1)))));

        // Outside the box in the cut's dimension: a cut would part the row from all others here.
        var below = Reserve();
        var above = Reserve();
        var inside = Reserve();
        var outside = Add(TreeNode.Leaf(Score(1.0 / (depth + 1))));
        _nodes[below] = new TreeNode(feature, MathF.BitDecrement(low[feature]), outside, above, false, 0);
        var outsideAbove = Add(TreeNode.Leaf(Score(1.0 / (depth + 1))));
        _nodes[above] = new TreeNode(feature, high[feature], inside, outsideAbove, true, 0);
        _nodes[inside] = new TreeNode(feature, cut, Grow(left, depth + 1), Grow(right, depth + 1), true, 0);
        return below;
    }

    private int Add(TreeNode node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    private int Reserve() => Add(TreeNode.Leaf(0));

    /// <summary>Scaled by the sample's expected depth, so that forests of other sizes compare, and by the number of trees, so that the sum is the mean.</summary>
    private double Score(double raw) => raw * Math.Log2(_size + 1) / trees;

    private (float[] Low, float[] High) Box(int[] rows)
    {
        float[] low = data.Row(rows[0]).ToArray(), high = data.Row(rows[0]).ToArray();
        foreach (var r in rows)
        {
            var row = data.Row(r);
            for (var i = 0; i < low.Length; i++)
            {
                low[i] = Math.Min(low[i], row[i]);
                high[i] = Math.Max(high[i], row[i]);
            }
        }
        return (low, high);
    }
}
