using static Isobar.Engine.Algorithms.HyperParameter;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>How a linear model is fitted, whatever its loss.</summary>
/// <param name="BiasPenalty">The bias's L2 penalty, as a share of the weights'.</param>
/// <param name="Standardized">Whether the features have unit variance, so that one penalty suits all.</param>
internal sealed record LinearSettings(string Solver, bool Bias, double L1, double L2, double BiasPenalty, bool Standardized, int Epochs, int Models, int Seed, MiniBatchSettings Steps)
{
    /// <summary>Whether a solver of ours is needed; ML.NET's knows none of this.</summary>
    public bool IsPlain => Solver == "auto" && Bias && BiasPenalty == 0 && Standardized && Models == 1;

    public static IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        Choice("solver", "exact runs until it has converged; minibatch takes optimizer's steps, epoch after epoch.", "auto", "exact", "minibatch"),
        Choice("bias", "Whether there is a bias.", "true", "false"),
        Float("bias_penalty", 0, 0, 1e9, "L2 penalty on the bias, as a share of l2."),
        Choice("standardize", "Whether features are divided by their standard deviation, inside the model.", "true", "false"),
        Choice("center", "Whether the features' means are taken off, inside the model.", "true", "false"),
        Int("models", 1, 1, 64, "Models to fit, with penalties near the given ones; the one that does best on the validation rows (else the training rows) is kept."),
        .. MiniBatchSettings.HyperParameters,
    ];

    public static LinearSettings Of(FitContext context)
    {
        var values = context.Values;
        return new(values["solver"], values.Flag("bias"), values.Float("l1"), values.Float("l2"), values.Float("bias_penalty"), values.Flag("standardize"), values.Int("epochs"), values.Int("models"),
            context.Request.Seed, MiniBatchSettings.Of(values));
    }

    /// <summary>The settings of each model that is tried: the given ones, then penalties ever farther from them, up and down.</summary>
    public IEnumerable<LinearSettings> Tried()
    {
        for (var i = 0; i < Models; i++)
        {
            var factor = Math.Pow(10, (i % 2 == 0 ? -0.5 : 0.5) * ((i + 1) / 2));
            yield return i == 0 ? this : L1 == 0 && L2 == 0 ? this with { L2 = 1e-3 * factor } : this with { L1 = L1 * factor, L2 = L2 * factor };
        }
    }
}

/// <summary>The steps of the mini-batch solver.</summary>
/// <param name="Rate">0: several are tried and the one with the lowest training loss is kept.</param>
internal sealed record MiniBatchSettings(string Optimizer, int Batch, double Rate, double BiasRate, double Momentum, double Beta1, double Beta2, bool RateFalls, double RateFactor, int RateStep, double RateLeast,
    int Patience, double Tolerance, bool NormalStart, double StartSize, double StartBias)
{
    public static IReadOnlyList<HyperParameter> HyperParameters { get; } =
    [
        Choice("optimizer", "Of minibatch: how a step follows from the slopes.", "adam", "sgd", "rmsprop"),
        Int("batch", 1000, 1, 10_000_000, "Of minibatch: rows a step."),
        Float("learning_rate", 0, 0, 1e9, "Of minibatch: the steps' size; 0 tries several."),
        Float("bias_rate", 1, 0, 1e9, "Of minibatch: the bias's learning rate, as a share of the others'."),
        Float("momentum", 0, 0, 1, "Of sgd: the share of a step that goes on in the next."),
        Float("beta_1", 0.9, 0, 1, "Of adam: how long slopes are remembered."),
        Float("beta_2", 0.999, 0, 1, "Of adam: how long squared slopes are remembered."),
        Choice("rate_falls", "Of minibatch: whether the learning rate falls.", "true", "false"),
        Float("rate_factor", 0.99, 0, 1, "Of minibatch: what the learning rate is multiplied by."),
        Int("rate_step", 100, 1, 1_000_000_000, "Of minibatch: after how many steps, each time."),
        Float("rate_least", 1e-5, 0, 1e9, "Of minibatch: where the learning rate stops falling."),
        Int("patience", 0, 0, 1_000_000, "Of minibatch: epochs without a better loss (of the validation rows, else the training rows) that end it; 0 none do."),
        Float("tolerance", 0, 0, 1e9, "Of minibatch: the least relative gain that counts as better."),
        Choice("start", "Of minibatch: what the first weights are drawn from.", "uniform", "normal"),
        Float("start_size", 0.07, 0, 1e9, "Of minibatch: half the width of the uniform start, or the deviation of the normal one."),
        Float("start_bias", 0, -1e9, 1e9, "Of minibatch: the first bias."),
    ];

    public static MiniBatchSettings Of(HyperParameterValues v) => new(v["optimizer"], v.Int("batch"), v.Float("learning_rate"), v.Float("bias_rate"), v.Float("momentum"), v.Float("beta_1"), v.Float("beta_2"),
        v.Flag("rate_falls"), v.Float("rate_factor"), v.Int("rate_step"), v.Float("rate_least"), v.Int("patience"), v.Float("tolerance"), v["start"] == "normal", v.Float("start_size"), v.Float("start_bias"));
}
