using Isobar.Engine.Onnx;

namespace Isobar.Engine.Algorithms.Linear;

/// <summary>Losses of one linear score. Those with kinks are made smooth within <c>width</c> of them, so that a quasi-Newton method can follow; they near the exact loss as the width falls.</summary>
internal static class LinearLoss
{
    public static string[] Names { get; } =
        ["squared", "absolute", "quantile", "huber", "eps_insensitive_squared", "eps_insensitive_absolute", "cross_entropy", "poisson", "gamma", "tweedie", "pseudo_huber", "squared_log"];

    /// <summary>Value and slope at a score.</summary>
    internal delegate (double Value, double Slope) Function(double score, double label, double width);

    /// <summary>The loss of a regression by its name.</summary>
    /// <param name="unit">What a label's 1 stands for: the lengths among the hyperparameters are told in the label's own unit.</param>
    public static ILinearLoss Of(HyperParameterValues values, double unit)
    {
        double delta = values.Float("huber_delta") / unit, quantile = values.Float("quantile"), free = values.Float("insensitivity") / unit, power = values.Float("tweedie_variance_power");
        return values["loss"] switch
        {
            "absolute" => new SingleScoreLoss((s, y, w) => Huber(s - y, w), smooth: false),
            "huber" => new SingleScoreLoss((s, y, _) => Huber(s - y, delta) is var (v, d) ? (v * delta, d * delta) : default, smooth: true),
            // The check loss is half the absolute error and a slope.
            "quantile" => new SingleScoreLoss((s, y, w) => Huber(s - y, w) is var (v, d) ? ((v / 2) + ((0.5 - quantile) * (s - y)), (d / 2) + 0.5 - quantile) : default, smooth: false),
            "eps_insensitive_squared" => new SingleScoreLoss((s, y, _) => Beyond(s - y, free) is var r ? (r * r / 2, r) : default, smooth: true),
            "eps_insensitive_absolute" => new SingleScoreLoss((s, y, w) => Beyond(s - y, free) is var r ? Huber(r, w) : default, smooth: false),
            "cross_entropy" => Logistic,
            "poisson" => new SingleScoreLoss((s, y, _) => (Math.Exp(s) - (y * s), Math.Exp(s) - y), smooth: true),
            "gamma" => new SingleScoreLoss((s, y, _) => (s + (y * Math.Exp(-s)), 1 - (y * Math.Exp(-s))), smooth: true),
            "tweedie" => new SingleScoreLoss((s, y, _) => Tweedie(s, y, power), smooth: true),
            "pseudo_huber" => new SingleScoreLoss((s, y, _) => Math.Sqrt(1 + ((s - y) * (s - y))) is var root ? (root - 1, (s - y) / root) : default, smooth: true),
            "squared_log" => new SingleScoreLoss((s, y, _) => SquaredLog(s, y), smooth: true),
            _ => new SingleScoreLoss((s, y, _) => ((s - y) * (s - y) / 2, s - y), smooth: true),
        };
    }

    /// <summary>What makes the prediction of the score.</summary>
    public static ScoreLink Link(string loss) => loss switch { "cross_entropy" => ScoreLink.Sigmoid, "poisson" or "gamma" or "tweedie" => ScoreLink.Exponential, _ => ScoreLink.None };

    /// <summary>The labels that a loss is defined for, in words; null: any.</summary>
    public static string? Refuse(string loss, ReadOnlySpan<float> labels)
    {
        foreach (var label in labels)
        {
            switch (loss)
            {
                case "cross_entropy" when label is < 0 or > 1: return "label must be in [0,1] for logistic regression";
                case "gamma" when label <= 0: return "label must be positive for gamma regression";
                case "poisson" or "tweedie" when label < 0: return $"label must be nonnegative for {loss} regression";
                case "squared_log" when label <= -1: return "label must be greater than -1 for rmsle so that log(label + 1) can be valid";
            }
        }
        return null;
    }

    /// <summary>The negative log-likelihood of a label from 0 to 1.</summary>
    public static ILinearLoss Logistic { get; } = new SingleScoreLoss((s, y, _) => (Math.Max(s, 0) + Math.Log(1 + Math.Exp(-Math.Abs(s))) - (y * s), (1 / (1 + Math.Exp(-s))) - y), smooth: true);

    /// <summary>The hinge max(0, margin - y s) of a label 0 or 1 (y = -1 or 1).</summary>
    public static ILinearLoss Hinge(double margin) => new SingleScoreLoss((s, label, w) =>
    {
        var sign = label == 1 ? 1 : -1;
        var (value, slope) = Huber(Math.Max(0, margin - (sign * s)), w);
        return (value, -sign * slope);
    }, smooth: false);

    private static (double, double) Tweedie(double s, double y, double power)
    {
        double low = Math.Exp((1 - power) * s), high = Math.Exp((2 - power) * s);
        return ((-y * low / (1 - power)) + (high / (2 - power)), high - (y * low));
    }

    private static (double, double) SquaredLog(double s, double y)
    {
        var at = Math.Max(s, -1 + 1e-6) + 1;
        var off = Math.Log(at) - Math.Log(y + 1);
        return (off * off / 2, off / at);
    }

    /// <summary>The absolute value with a parabola of this half-width at its foot.</summary>
    private static (double Value, double Slope) Huber(double x, double width) => Math.Abs(x) <= width ? (x * x / (2 * width), x / width) : (Math.Abs(x) - (width / 2), Math.Sign(x));

    private static double Beyond(double residual, double free) => Math.Sign(residual) * Math.Max(0, Math.Abs(residual) - free);
}
