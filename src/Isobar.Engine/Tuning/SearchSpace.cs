using System.Globalization;
using MathNet.Numerics.Distributions;

namespace Isobar.Engine.Tuning;

/// <summary>Ranges as a unit cube: every parameter is a coordinate from 0 to 1, a categorical one a coordinate a value for distances.</summary>
internal sealed class SearchSpace(IReadOnlyList<ParameterRange> ranges)
{
    private const double LogSpan = 1000;

    public int Count => ranges.Count;

    public double[] Draw(Random random) => [.. ranges.Select(_ => random.NextDouble())];

    /// <summary>The values at a point of the cube.</summary>
    public IReadOnlyDictionary<string, string> Values(double[] point) =>
        ranges.Select((r, i) => (r.Name, Value: ValueAt(r, point[i]))).ToDictionary(p => p.Name, p => p.Value);

    /// <summary>The coordinates of values, categories spread over one dimension each, for a kernel's distances.</summary>
    public double[] Embed(IReadOnlyDictionary<string, string> values) =>
        [.. ranges.SelectMany(r => r.Values is { } choices
            ? choices.Select(c => values.GetValueOrDefault(r.Name) == c ? 0.5 : 0)
            : [Position(r, double.Parse(values[r.Name], NumberStyles.Float, CultureInfo.InvariantCulture))])];

    /// <summary>Whether values hold one for every parameter, so that they have a place in the cube.</summary>
    public bool Knows(IReadOnlyDictionary<string, string> values) =>
        ranges.All(r => values.TryGetValue(r.Name, out var value) && (r.Values is not null || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)));

    /// <summary>Every combination; a continuous range counts with the values of <paramref name="steps"/> even steps.</summary>
    public IEnumerable<IReadOnlyDictionary<string, string>> Grid(int steps)
    {
        IEnumerable<Dictionary<string, string>> all = [[]];
        foreach (var range in ranges)
        {
            var values = range.Values ?? (IReadOnlyList<string>)[.. (range.IsInteger && range.Max - range.Min < steps
                ? Enumerable.Range(0, (int)(range.Max! - range.Min!) + 1).Select(i => (i + 0.5) / ((double)range.Max! - (double)range.Min! + 1))
                : Enumerable.Range(0, steps).Select(i => steps == 1 ? 0.5 : i / (steps - 1.0))).Select(u => ValueAt(range, u)).Distinct()];
            all = all.SelectMany(_ => values, (d, v) => new Dictionary<string, string>(d) { [range.Name] = v });
        }
        return all;
    }

    private static string ValueAt(ParameterRange range, double u)
    {
        if (range.Values is { } choices) return choices[Math.Min((int)(u * choices.Count), choices.Count - 1)];
        if (range.Mean is { } mean) return Rounded(range, Bell(range, mean, u));
        // A whole number owns an equal share of the cube: the ends are not half as likely as the rest.
        double low = range.Min!.Value - (range.IsInteger ? 0.4999 : 0), high = range.Max!.Value + (range.IsInteger ? 0.4999 : 0);
        var value = Scaling(range) switch
        {
            RangeScaling.Logarithmic => Math.Exp(Math.Log(Math.Max(low, double.Epsilon)) + u * (Math.Log(high) - Math.Log(Math.Max(low, double.Epsilon)))),
            RangeScaling.ReverseLogarithmic => 1 - Math.Exp(Math.Log(1 - low) + u * (Math.Log(1 - high) - Math.Log(1 - low))),
            _ => low + u * (high - low),
        };
        return range.IsInteger
            ? Math.Clamp(Math.Round(value), range.Min.Value, range.Max.Value).ToString("0", CultureInfo.InvariantCulture)
            : Rounded(range, Math.Clamp(value, range.Min.Value, range.Max.Value));
    }

    // The outermost millionths of the curve are cut off, where it would go to infinity.
    private static double Bell(ParameterRange range, double mean, double u)
    {
        var value = mean + range.Deviation!.Value * Normal.InvCDF(0, 1, Math.Clamp(u, 1e-6, 1 - 1e-6));
        return range.Scaling == RangeScaling.Logarithmic ? Math.Exp(value) : value;
    }

    private static string Rounded(ParameterRange range, double value) =>
        (range.Step is { } step and > 0 ? (double)((decimal)Math.Round(value / step) * (decimal)step) : value).ToString("R", CultureInfo.InvariantCulture);

    private static double Position(ParameterRange range, double value)
    {
        if (range.Mean is { } mean) return Normal.CDF(mean, range.Deviation!.Value, range.Scaling == RangeScaling.Logarithmic ? Math.Log(Math.Max(value, double.Epsilon)) : value);
        double low = range.Min!.Value, high = range.Max!.Value;
        if (high <= low) return 0.5;
        return Scaling(range) switch
        {
            RangeScaling.Logarithmic => (Math.Log(value) - Math.Log(low)) / (Math.Log(high) - Math.Log(low)),
            RangeScaling.ReverseLogarithmic => (Math.Log(1 - value) - Math.Log(1 - low)) / (Math.Log(1 - high) - Math.Log(1 - low)),
            _ => (value - low) / (high - low),
        };
    }

    private static RangeScaling Scaling(ParameterRange range) => range.Scaling != RangeScaling.Auto ? range.Scaling
        : range.Min > 0 && range.Max / range.Min >= LogSpan ? RangeScaling.Logarithmic : RangeScaling.Linear;
}
