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
    public EncodingNeeds NeedsFor(HyperParameterValues values) => Needs with { Center = values.Flag("center"), Scale = values.Flag("standardize") };

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
        HyperParameter.Choice("criterion", "Of two classes: what the threshold, and the model of several, is chosen for on the validation rows (else the training rows); none and loss keep the threshold of one half.", ThresholdChoice.Criteria),
        HyperParameter.Float("target_recall", 0.8, 0, 1, "Of precision_at_target_recall: the least recall."),
        HyperParameter.Float("target_precision", 0.8, 0, 1, "Of recall_at_target_precision: the least precision."),
        HyperParameter.Float("f_beta", 1, 1e-9, 1e9, "How much more recall weighs than precision, in f_beta."),
        HyperParameter.Int("calibration_rows", 0, 0, int.MaxValue, "Rows that the threshold is chosen on; 0 for all."),
        HyperParameter.Int("top_k", 3, 1, 1000, "Of top_k_accuracy: how many of the likeliest classes may hold the label."),
        .. LinearSettings.HyperParameters,
    ];

    // 1. fit, as many models as asked for; 2. choose the threshold and the model on the rows that decide; 3. say how it is measured.
    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        // 1.
        var (values, settings, hinge) = (context.Values, LinearSettings.Of(context), context.Values["loss"] == "hinge");
        var binary = context.Task == LearningTask.Binary;
        if (hinge && !binary) return Error.Invalid("loss", "hinge", "The hinge loss is for two classes; several take logistic.");
        ILinearLoss loss = !binary ? new SoftmaxLoss(context.ClassCount) : hinge ? LinearLoss.Hinge(values.Float("margin")) : LinearLoss.Logistic;
        IEnumerable<LinearModel> tried;
        if (settings.IsPlain && !hinge) tried = [binary ? Binary(new(context.Request.Seed), context) : Multiclass(new(context.Request.Seed), context)];
        else
        {
            var weighted = Weighted(context);
            tried = LinearFit.Run(weighted, context.Validation, loss, hinge ? values.Float("margin") : 1, settings, ct)
                .Select(w => LinearModel.Of(w, weighted.Columns, binary ? ScoreLink.Logistic : ScoreLink.Softmax));
        }

        // 2.
        var deciding = context.Validation is { Labels: not null, Rows: > 0 } validation ? validation : context.Train;
        var best = (binary && values["criterion"] is not ("none" or "loss"))
            ? tried.Select(m => (Model: m, Choice: Choose(m, deciding, values))).MaxBy(p => p.Choice.Value) is var (chosen, choice) ? chosen with { Threshold = choice.Threshold } : null
            : tried.MinBy(m => settings.Models == 1 ? 0 : MeanLoss(m, deciding, loss));
        if (best!.Threshold is { } threshold) context.Progress.Log(FormattableString.Invariant($"A probability from {threshold:0.######} counts as positive: the best for {values["criterion"]}."));

        // 3.
        return best with { Measures = new(context.Task, loss, context.ClassCount, best.Threshold ?? 0.5f, values.Float("f_beta"), values.Int("top_k")) };
    }

    private static ThresholdChoice Choose(LinearModel model, Matrix rows, HyperParameterValues values)
    {
        var count = values.Int("calibration_rows") is > 0 and var most ? Math.Min(most, rows.Rows) : rows.Rows;
        return ThresholdChoice.Of(values["criterion"], rows.Labels.AsSpan(0, count), [.. Enumerable.Range(0, count).Select(r => model.Positive(rows.Row(r)))], values);
    }

    private static double MeanLoss(LinearModel model, Matrix rows, ILinearLoss loss)
    {
        var targets = model.Biases.Length;
        var weights = new double[(rows.Columns + 1) * targets];
        for (var k = 0; k < targets; k++)
        {
            for (var i = 0; i < rows.Columns; i++) weights[(k * (rows.Columns + 1)) + i] = model.Weights[(i * targets) + k];
            weights[((k + 1) * (rows.Columns + 1)) - 1] = model.Biases[k];
        }
        return new LinearGoal(rows, loss).Evaluate(weights, Enumerable.Range(0, rows.Rows).ToArray(), 1e-9, []);
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
