using Isobar.Core.Results;
using Microsoft.ML;
using Microsoft.ML.Trainers.FastTree;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>ML.NET's FastTree, one ensemble a class where there are several.</summary>
internal static class FastTreeFit
{
    public static Result<TreeEnsemble> Run(FitContext context, CancellationToken ct)
    {
        if (context.Values["objective"] is not ("default" or "squared")) return Error.Invalid("objective", context.Values["objective"], "FastTree fits the default objective only.");
        foreach (var constraint in new[] { "monotone_constraints", "interaction_constraints" })
        {
            if (context.Values[constraint].Length > 0) return Error.Invalid(constraint, context.Values[constraint], $"{constraint} is kept by LightGBM only.");
        }
        foreach (var (name, plain) in new[] { ("parallel_trees", "1"), ("row_sampling", "uniform"), ("start", "") })
        {
            if (context.Values[name] != plain) return Error.Invalid(name, context.Values[name], $"{name} is kept by LightGBM only.");
        }
        var targets = context.Task == LearningTask.Multiclass ? context.ClassCount : 1;
        var bases = new double[targets];
        var ensembles = new List<Tree>[targets];
        for (var target = 0; target < targets; target++)
        {
            ct.ThrowIfCancellationRequested();
            bases[target] = Fit(context, target, ensembles[target] = []);
            context.Progress.Log($"FastTree: fitted ensemble {target + 1} of {targets}.");
        }
        // The classes' ensembles can differ in length: FastTree ends one when there is nothing left to split.
        var rounds = Enumerable.Range(0, ensembles.Max(e => e.Count)).Select(r => ensembles.Where(e => r < e.Count).Select(e => e[r]).ToList()).ToList();
        var keep = StagedMetrics.Report(context, rounds, bases);
        return new TreeEnsemble([.. rounds.Take(keep).SelectMany(r => r)], targets, bases);
    }

    private static double Fit(FitContext context, int target, List<Tree> trees)
    {
        var values = context.Values;
        var ml = new MLContext(context.Request.Seed);
        var data = Load(ml, context, target);
        if (context.Task == LearningTask.Regression)
        {
            var regression = ml.Regression.Trainers.FastTree(Configure(new FastTreeRegressionTrainer.Options()));
            return Read(regression.Fit(data).Model.TrainedTreeEnsemble, target, 1, trees);
        }
        var model = ml.BinaryClassification.Trainers.FastTree(Configure(new FastTreeBinaryTrainer.Options())).Fit(data).Model;
        // FastTree's raw score is half a log-odds; Platt's slope and offset, folded into the leaves, make it the whole.
        var platt = (Microsoft.ML.Calibrators.PlattCalibrator)model.Calibrator;
        return Read(model.SubModel.TrainedTreeEnsemble, target, -platt.Slope, trees) - platt.Offset;

        TOptions Configure<TOptions>(TOptions options) where TOptions : BoostedTreeOptions
        {
            options.NumberOfTrees = values.Int("rounds");
            options.NumberOfLeaves = values.Int("leaves");
            options.LearningRate = values.Float("learning_rate");
            options.MinimumExampleCountPerLeaf = Math.Min(values.Int("min_rows_in_leaf"), Math.Max(1, context.Train.Rows / 10));
            options.FeatureFraction = values.Float("feature_fraction");
            options.Seed = context.Request.Seed;
            options.NumberOfThreads = 1;
            options.ExampleWeightColumnName = "Weight";
            return options;
        }
    }

    private static IDataView Load(MLContext ml, FitContext context, int target)
    {
        // FastTree reads a missing value as 0, and so do the exported trees: see Read.
        var train = context.Train with { Values = [.. context.Train.Values.Select(x => float.IsNaN(x) ? 0 : x)] };
        var values = context.Values;
        var positive = (float)values.Float("positive_weight");
        if (context.Task == LearningTask.Binary && positive != 1)
            train = train with { Weights = [.. train.Labels!.Select((l, i) => (train.Weights?[i] ?? 1) * (l == 1 ? positive : 1))] };
        return context.Task == LearningTask.Regression
            ? MlData.Of(ml, train)
            : MlData.Of(ml, train, label => label == (context.Task == LearningTask.Multiclass ? target : 1));
    }

    private static double Read<T>(TreeEnsemble<T> ensemble, int target, double slope, List<Tree> trees) where T : RegressionTreeBase
    {
        for (var t = 0; t < ensemble.Trees.Count; t++)
        {
            var tree = ensemble.Trees[t];
            var weight = ensemble.TreeWeights[t] * slope;
            var nodes = new List<TreeNode>();
            for (var n = 0; n < tree.NumberOfNodes; n++)
                nodes.Add(new TreeNode(tree.NumericalSplitFeatureIndexes[n], tree.NumericalSplitThresholds[n], Child(tree.LeftChild[n]), Child(tree.RightChild[n]), 0 <= tree.NumericalSplitThresholds[n], 0));
            nodes.AddRange(tree.LeafValues.Select(v => TreeNode.Leaf(v * weight)));
            trees.Add(new Tree(nodes, target));

            int Child(int id) => id >= 0 ? id : tree.NumberOfNodes + ~id;
        }
        return ensemble.Bias * slope;
    }
}
