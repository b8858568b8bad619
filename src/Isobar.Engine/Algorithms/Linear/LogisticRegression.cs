using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Logistic regression for two classes and maximum entropy for several, by ML.NET's L-BFGS.</summary>
internal sealed class LogisticRegression : IAlgorithm
{
    public string Name => "logistic";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Binary, LearningTask.Multiclass];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: true, Scale: true);

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Float("l1", 0, 0, 1e9, "L1 penalty on the weights of the standardised features."),
        HyperParameter.Float("l2", 0, 0, 1e9, "L2 penalty on the weights of the standardised features."),
        HyperParameter.Int("epochs", 200, 1, 100_000, "Most iterations."),
        HyperParameter.Choice("loss", "What a wrong score costs; hinge is for two classes, and its probabilities order rows without being calibrated.", "logistic", "hinge"),
        HyperParameter.Float("margin", 1, 1e-9, 1e9, "Of the hinge: how far a score must lie on the right side to cost nothing."),
        HyperParameter.Float("positive_weight", 1, 1e-9, 1e9, "Weight of the second class, of two."),
        HyperParameter.Choice("class_weights", "Whether rare classes weigh more, so that each class weighs the same in all.", "none", "balanced"),
        HyperParameter.Int("num_class", 0, 0, 1000, "Classes, when the labels do not show all; 0 counts them."),
    ];

    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        if (context.Values["loss"] == "hinge")
        {
            if (context.Task != LearningTask.Binary) return Error.Invalid("loss", "hinge", "The hinge loss is for two classes; several take logistic.");
            return SmoothFit.Run(Weighted(context), LinearLoss.Hinge(context.Values.Float("margin")), context.Values.Float("margin"),
                new Penalties(context.Values.Float("l1"), context.Values.Float("l2"), context.Values.Int("epochs")), ScoreLink.Logistic, ct);
        }
        var ml = new MLContext(context.Request.Seed);
        return context.Task == LearningTask.Binary ? Binary(ml, context) : Multiclass(ml, context);
    }

    private static LinearModel Binary(MLContext ml, FitContext context)
    {
        var model = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new LbfgsLogisticRegressionBinaryTrainer.Options
        {
            L1Regularization = (float)context.Values.Float("l1"),
            L2Regularization = (float)context.Values.Float("l2"),
            MaximumNumberOfIterations = context.Values.Int("epochs"),
            ExampleWeightColumnName = "Weight",
            NumberOfThreads = 1,
        })
            .Fit(MlData.Of(ml, Weighted(context), label => label == 1)).Model.SubModel;
        return new LinearModel([.. model.Weights], [model.Bias], ScoreLink.Logistic);
    }

    private static Matrix Weighted(FitContext context)
    {
        var train = context.Train;
        var positive = (float)context.Values.Float("positive_weight");
        if (context.Values["class_weights"] == "balanced")
        {
            var rows = train.Labels!.CountBy(l => l).ToDictionary();
            return train with { Weights = [.. train.Labels!.Select((l, i) => (train.Weights?[i] ?? 1) * train.Rows / ((float)rows.Count * rows[l]))] };
        }
        return positive == 1 ? train : train with { Weights = [.. train.Labels!.Select((l, i) => (train.Weights?[i] ?? 1) * (l == 1 ? positive : 1))] };
    }

    private static LinearModel Multiclass(MLContext ml, FitContext context)
    {
        int classes = context.ClassCount, d = context.Train.Columns;
        var data = ml.Transforms.Conversion.MapValueToKey("Label", keyData: ml.Data.LoadFromEnumerable(Enumerable.Range(0, classes).Select(i => new Key { Label = i })))
            .Fit(MlData.Of(ml, context.Train)).Transform(MlData.Of(ml, Weighted(context)));
        var model = ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            L1Regularization = (float)context.Values.Float("l1"),
            L2Regularization = (float)context.Values.Float("l2"),
            MaximumNumberOfIterations = context.Values.Int("epochs"),
            ExampleWeightColumnName = "Weight",
            NumberOfThreads = 1,
        }).Fit(data).Model;
        VBuffer<float>[] rows = [];
        model.GetWeights(ref rows, out var count);
        var weights = new float[d * classes];
        for (var c = 0; c < count; c++)
        {
            var column = rows[c].DenseValues().ToArray();
            for (var i = 0; i < d; i++) weights[i * classes + c] = column[i];
        }
        return new LinearModel(weights, [.. model.GetBiases()], ScoreLink.Softmax);
    }

    private sealed class Key
    {
        public float Label { get; set; }
    }
}
