namespace Isobar.Engine.Algorithms.Linear;

/// <summary>A loss of a linear score, made smooth within <c>width</c> of its kinks so that a quasi-Newton method can follow it; it nears the exact loss as the width falls.</summary>
internal static class LinearLoss
{
    public static string[] Names { get; } = ["squared", "absolute", "quantile", "huber", "eps_insensitive_squared", "eps_insensitive_absolute"];

    /// <summary>Value and slope at a score.</summary>
    internal delegate (double Value, double Slope) Function(double score, double label, double width);

    /// <summary>The loss by its name; null for <c>squared</c>, which is solved in closed form.</summary>
    public static Function? Of(HyperParameterValues values)
    {
        double delta = values.Float("huber_delta"), quantile = values.Float("quantile"), free = values.Float("insensitivity");
        return values["loss"] switch
        {
            "absolute" => (s, y, w) => Huber(s - y, w),
            "huber" => (s, y, _) => Huber(s - y, delta) is var (v, d) ? (v * delta, d * delta) : default,
            // The check loss is half the absolute error and a slope.
            "quantile" => (s, y, w) => Huber(s - y, w) is var (v, d) ? ((v / 2) + ((0.5 - quantile) * (s - y)), (d / 2) + 0.5 - quantile) : default,
            "eps_insensitive_squared" => (s, y, _) => Beyond(s - y, free) is var r ? (r * r / 2, r) : default,
            "eps_insensitive_absolute" => (s, y, w) => Beyond(s - y, free) is var r ? Huber(r, w) : default,
            _ => null,
        };
    }

    /// <summary>The hinge max(0, margin - y s) of a label 0 or 1 (y = -1 or 1).</summary>
    public static Function Hinge(double margin) => (s, label, w) =>
    {
        var sign = label == 1 ? 1 : -1;
        var (value, slope) = Huber(Math.Max(0, margin - (sign * s)), w);
        return (value, -sign * slope);
    };

    /// <summary>The absolute value with a parabola of this half-width at its foot.</summary>
    private static (double Value, double Slope) Huber(double x, double width) => Math.Abs(x) <= width ? (x * x / (2 * width), x / width) : (Math.Abs(x) - (width / 2), Math.Sign(x));

    private static double Beyond(double residual, double free) => Math.Sign(residual) * Math.Max(0, Math.Abs(residual) - free);
}
