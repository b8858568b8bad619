using Isobar.Core.Results;
using Isobar.Engine.Algorithms.Encoding;
using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Linear regression with L1 and L2 penalties. Least squares are solved by <see cref="LeastSquares"/>, other losses by L-BFGS, and any of them by mini-batches where asked for.</summary>
internal sealed class LinearRegression : IAlgorithm
{
    public string Name => "linear";
    public IReadOnlyList<LearningTask> Tasks => [LearningTask.Regression];
    public EncodingNeeds Needs { get; } = new(Impute: true, Center: true, Scale: true);
    public EncodingNeeds NeedsFor(HyperParameterValues values) => Needs with { Center = values.Flag("center"), Scale = values.Flag("standardize") };

    public IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        HyperParameter.Float("l1", 0, 0, 1e9, "L1 penalty on the weights of the standardised features."),
        HyperParameter.Float("l2", 0, 0, 1e9, "L2 penalty on the weights of the standardised features."),
        HyperParameter.Choice("loss", "What an error costs.", LinearLoss.Names),
        HyperParameter.Float("huber_delta", 1, 1e-9, 1e9, "Of the Huber loss: where squared errors become absolute ones, in the label's unit."),
        HyperParameter.Float("quantile", 0.5, 1e-9, 1 - 1e-9, "Of the quantile loss: the share of labels that are to lie below."),
        HyperParameter.Float("insensitivity", 0.01, 0, 1e9, "Of the insensitive losses: errors that cost nothing, in the label's unit."),
        HyperParameter.Float("tweedie_variance_power", 1.5, 1.001, 1.999, "Of the Tweedie loss: between Poisson and gamma."),
        HyperParameter.Int("epochs", 100, 1, 100_000, "Most passes over the data, where the fit is iterative."),
        HyperParameter.Choice("scale_label", "Whether the label is divided by its standard deviation for the fit, so that penalties and steps do not depend on its unit.", "false", "true"),
        HyperParameter.Choice("center_label", "Whether the label's mean is taken off for the fit.", "false", "true"),
        .. LinearSettings.HyperParameters,
    ];

    // 1. bring the label to its scale; 2. fit; 3. choose among the tried models; 4. bring the weights back to the label's own unit.
    public Result<IFittedModel> Fit(FitContext context, CancellationToken ct)
    {
        // 1.
        var (values, settings, name) = (context.Values, LinearSettings.Of(context), context.Values["loss"]);
        if (LinearLoss.Refuse(name, context.Train.Labels) is { } refusal) return new Error(ErrorCode.InvalidArgument, refusal + ".");
        var (mean, deviation) = Spread(context.Train.Labels!);
        var link = LinearLoss.Link(name);
        var (shift, unit) = link != ScoreLink.None || name == "squared_log" ? (0, 1) : (values.Flag("center_label") ? mean : 0, values.Flag("scale_label") && deviation > 1e-12 ? deviation : 1);
        var train = Scaled(context.Train, shift, unit);
        var validation = context.Validation is { Labels: not null } rows ? Scaled(rows, shift, unit) : null;
        var loss = LinearLoss.Of(values, unit);

        // 2.
        var tried = name == "squared" && settings.Solver != "minibatch"
            ? settings.Tried().Select(s => LeastSquares.Run(train, s, ct))
            : LinearFit.Run(train, validation, loss, Math.Max(deviation / unit, 1e-9), settings, ct);

        // 3.
        var weights = settings.Models == 1 ? tried.First() : LinearFit.Best(tried, validation ?? train, loss);

        // 4.
        for (var i = 0; i < weights.Length; i++) weights[i] *= unit;
        weights[^1] += shift;
        return LinearModel.Of(weights, train.Columns, link) with { Measures = link == ScoreLink.None ? new(LearningTask.Regression, LinearLoss.Of(values, 1), 1, 0, 1, 0) : null };
    }

    private static Matrix Scaled(Matrix rows, double shift, double unit) => (shift, unit) == (0, 1) ? rows : rows with { Labels = [.. rows.Labels!.Select(l => (float)((l - shift) / unit))] };

    private static (double Mean, double Deviation) Spread(float[] labels)
    {
        var mean = labels.Average(l => (double)l);
        return (mean, Math.Sqrt(labels.Average(l => (l - mean) * (l - mean))));
    }
}
