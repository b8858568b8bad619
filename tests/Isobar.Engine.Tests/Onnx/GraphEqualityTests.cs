using System.Numerics.Tensors;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Algorithms.Anomaly;
using Isobar.Engine.Algorithms.Clustering;
using Isobar.Engine.Algorithms.Linear;
using Isobar.Engine.Algorithms.Projection;
using Isobar.Engine.Algorithms.Trees;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using static Isobar.Engine.Tests.Onnx.Graphs;

namespace Isobar.Engine.Tests.Onnx;

/// <summary>Each algorithm's graph against ML.NET's own predictions, or a plain computation in doubles. Tolerances are relative to the larger of 1 and the value.</summary>
public sealed class GraphEqualityTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(0, 10)];

    [Theory, MemberData(nameof(Seeds))]
    public void Linear_RandomData_EqualsTheWeightedSum(int seed)
    {
        var random = new Random(seed);
        var train = Rows(random, 200, 1 + seed, constant: seed % 2 == 0);
        var (model, context) = Fit("linear", LearningTask.Regression, train);
        var linear = (LinearModel)model;
        var rows = Rows(random, seed == 3 ? 1 : 300, train.Columns);
        var actual = Run<float>(Write(model, context), rows, "score");
        for (var r = 0; r < rows.Rows; r++)
        {
            var expected = (double)linear.Biases[0];
            for (var c = 0; c < rows.Columns; c++) expected += (double)linear.Weights[c] * rows.Row(r)[c];
            Close(expected, actual[r], 1e-4, $"row {r}");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Logistic_TwoClasses_EqualsMlNet(int seed)
    {
        var random = new Random(seed);
        var train = Rows(random, 300, 1 + seed % 5, s => s > 1.5 ? 1 : 0);
        var (model, context) = Fit("logistic", LearningTask.Binary, train, 2, ("l2", "0.01"));
        var ml = new MLContext(11);
        var trainer = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options { L1Regularization = 0, L2Regularization = 0.01f, MaximumNumberOfIterations = 200, ExampleWeightColumnName = "Weight", NumberOfThreads = 1 });
        var own = trainer.Fit(MlData.Of(ml, train, l => l == 1));
        var rows = Rows(random, 300, train.Columns);
        var expected = own.Transform(MlData.Of(ml, rows, l => l == 1)).GetColumn<float>("Probability").ToArray();
        var actual = Run<float>(Write(model, context), rows, "probabilities");
        for (var r = 0; r < rows.Rows; r++)
        {
            Close(expected[r], actual[2 * r + 1], 1e-5, $"row {r}");
            Close(1, actual[2 * r] + actual[2 * r + 1], 1e-6, $"row {r}, sum");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Logistic_SeveralClasses_EqualsMlNet(int seed)
    {
        var random = new Random(seed);
        var classes = 2 + seed % 9;
        var train = Rows(random, 400, 2 + seed % 4, s => Math.Clamp((int)(s + 2), 0, classes - 1));
        for (var c = 0; c < classes; c++) train.Labels![c] = c;
        var (model, context) = Fit("logistic", LearningTask.Multiclass, train, classes, ("l2", "0.01"));
        var ml = new MLContext(11);
        var trainer = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options { L1Regularization = 0, L2Regularization = 0.01f, MaximumNumberOfIterations = 200, ExampleWeightColumnName = "Weight", NumberOfThreads = 1 });
        var view = MlData.Of(ml, train);
        var own = ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Append(trainer).Fit(view);
        var rows = Rows(random, 300, train.Columns, _ => 0);
        var expected = own.Transform(MlData.Of(ml, rows)).GetColumn<float[]>("Score").ToArray();
        var actual = Run<float>(Write(model, context), rows, "probabilities");
        for (var r = 0; r < rows.Rows; r++)
            for (var c = 0; c < classes; c++)
                Close(expected[r][c], actual[r * classes + c], 1e-5, $"row {r}, class {c}");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void FastTree_RandomData_EqualsMlNet(int seed)
    {
        var random = new Random(seed);
        var binary = seed % 2 == 0;
        var train = Rows(random, 400, 1 + seed % 5, binary ? s => s > 1.5 ? 1 : 0 : s => (float)s, constant: seed % 3 == 0);
        var (model, context) = Fit("boosted-trees", binary ? LearningTask.Binary : LearningTask.Regression, train, binary ? 2 : 0, ("engine", "fasttree"), ("rounds", "30"), ("learning_rate", "0.2"));
        var rows = Rows(random, 300, train.Columns, binary ? _ => 0 : null);
        var ml = new MLContext(11);
        T Options<T>(T options) where T : BoostedTreeOptions
        {
            (options.NumberOfTrees, options.NumberOfLeaves, options.LearningRate, options.MinimumExampleCountPerLeaf, options.Seed, options.NumberOfThreads, options.ExampleWeightColumnName) = (30, 31, 0.2, 20, 11, 1, "Weight");
            return options;
        }
        var expected = binary
            ? ml.BinaryClassification.Trainers.FastTree(Options(new FastTreeBinaryTrainer.Options())).Fit(MlData.Of(ml, train, l => l == 1)).Transform(MlData.Of(ml, rows, l => l == 1)).GetColumn<float>("Probability").ToArray()
            : ml.Regression.Trainers.FastTree(Options(new FastTreeRegressionTrainer.Options())).Fit(MlData.Of(ml, train)).Transform(MlData.Of(ml, rows)).GetColumn<float>("Score").ToArray();
        var actual = Run<float>(Write(model, context), rows, binary ? "probabilities" : "score");
        for (var r = 0; r < rows.Rows; r++) Close(expected[r], actual[binary ? 2 * r + 1 : r], 1e-5, $"row {r}");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void KMeans_RandomData_EqualsMlNetAndThePlainDistances(int seed)
    {
        var random = new Random(seed);
        var train = Rows(random, 300, 1 + seed, constant: seed % 2 == 0);
        var k = 1 + seed;
        var (model, context) = Fit("k-means", LearningTask.Clustering, train, 0, ("k", k.ToString()));
        var centres = (KMeans.CentresModel)model;
        var rows = Rows(random, 200, train.Columns);
        var graph = Write(model, context);
        var distances = Run<float>(graph, rows, "distances");
        var clusters = Run<long>(graph, rows, "cluster");
        for (var r = 0; r < rows.Rows; r++)
        {
            var expected = Enumerable.Range(0, k).Select(c => Distance(rows.Row(r), centres.Centres.AsSpan(c * rows.Columns, rows.Columns))).ToArray();
            for (var c = 0; c < k; c++) Close(expected[c], distances[r * k + c], 2e-3, $"row {r}, centre {c}");
            Close(expected.Min(), expected[clusters[r]], 2e-3, $"row {r}, nearest");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Neighbours_RandomData_EqualAPlainSearch(int seed)
    {
        var random = new Random(seed);
        var classes = seed % 2 == 0 ? 0 : 2 + seed % 9;
        var train = Rows(random, 250, 1 + seed % 6, classes == 0 ? null : s => Math.Clamp((int)(s + 2), 0, classes - 1));
        var k = 1 + seed;
        var metric = new[] { "euclidean", "cosine", "inner_product" }[seed % 3];
        var task = classes switch { 0 => LearningTask.Regression, 2 => LearningTask.Binary, _ => LearningTask.Multiclass };
        var (model, context) = Fit("k-nearest-neighbours", task, train, classes, ("k", k.ToString()), ("metric", metric));
        var rows = Rows(random, seed == 3 ? 1 : 100, train.Columns);
        var actual = Run<float>(Write(model, context), rows, classes == 0 ? "score" : "probabilities");
        var ties = 0;
        for (var r = 0; r < rows.Rows; r++)
        {
            var near = Enumerable.Range(0, train.Rows).Select(t => (Distance: Far(rows.Row(r), train.Row(t)), Label: train.Labels![t])).OrderBy(p => p.Distance).ToArray();
            // Two points as good as equally far: either may be the last neighbour.
            if (near[k].Distance - near[k - 1].Distance < 1e-3 * Math.Max(metric == "cosine" ? 0 : 1, Math.Abs(near[k].Distance))) { ties++; continue; }
            if (classes == 0) Close(near.Take(k).Average(p => (double)p.Label), actual[r], 1e-4, $"row {r}");
            for (var c = 0; c < classes; c++) Close(near.Take(k).Count(p => p.Label == c) / (double)k, actual[r * classes + c], 1e-5, $"row {r}, class {c}");
        }
        Assert.True(ties < rows.Rows || rows.Rows == 1 || (metric == "cosine" && rows.Columns == 1), "every row was a tie");

        double Far(ReadOnlySpan<float> query, ReadOnlySpan<float> point) => metric switch
        {
            "cosine" => -TensorPrimitives.CosineSimilarity(query, point),
            "inner_product" => -TensorPrimitives.Dot(query, point),
            _ => Distance(query, point),
        };
    }

    [Theory, MemberData(nameof(Seeds))]
    public void RandomCutForest_RandomData_EqualsItsTrees(int seed)
    {
        var random = new Random(seed);
        var train = Rows(random, 30 + 100 * seed, 1 + seed, constant: seed % 2 == 0);
        var (model, context) = Fit("random-cut-forest", LearningTask.Anomaly, train, 0, ("trees", "20"), ("rows_per_tree", "64"));
        var forest = ((RandomCutForest.ForestModel)model).Forest;
        var rows = Rows(random, 300, train.Columns);
        // Rows far outside as well: they take the questions that guard each box.
        for (var i = 0; i < 300; i += 3) rows.Values[i * train.Columns % rows.Values.Length] *= 50;
        var actual = Run<float>(Write(model, context), rows, "score");
        for (var r = 0; r < rows.Rows; r++) Close(Sum(forest, rows.Row(r)), actual[r], 1e-5, $"row {r}");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Pca_RandomData_EqualsTheProjection(int seed)
    {
        var random = new Random(seed);
        var train = Rows(random, 200, 2 + seed, constant: seed % 2 == 0);
        var (model, context) = Fit("pca", LearningTask.Projection, train, 0, ("components", "2"));
        var pca = (PrincipalComponents.ComponentsModel)model;
        var rows = Rows(random, 100, train.Columns);
        var actual = Run<float>(Write(model, context), rows, "projection");
        for (var r = 0; r < rows.Rows; r++)
        {
            for (var c = 0; c < 2; c++)
            {
                double expected = 0;
                for (var i = 0; i < rows.Columns; i++) expected += ((double)rows.Row(r)[i] - pca.Mean[i]) * pca.Components[i * 2 + c];
                Close(expected, actual[r * 2 + c], 1e-4, $"row {r}, component {c}");
            }
        }
    }

    private static double Sum(TreeEnsemble forest, ReadOnlySpan<float> row)
    {
        double sum = 0;
        foreach (var tree in forest.Trees) sum += tree.Evaluate(row);
        return sum;
    }

    private static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return Math.Sqrt(sum);
    }
}
