using MathNet.Numerics.Distributions;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Isobar.Engine.Tuning;

/// <summary>A Gaussian process with a Matérn 5/2 kernel, its length scale chosen by likelihood (Snoek, Larochelle and Adams, NIPS 2012).</summary>
internal sealed class GaussianProcess
{
    private static readonly double[] LengthScales = [0.1, 0.2, 0.35, 0.6, 1, 2];
    private const double Noise = 1e-4;

    private readonly double[][] _points;
    private readonly double _mean, _deviation, _scale;
    private readonly Cholesky<double> _factor;
    private readonly Vector<double> _weights;

    public GaussianProcess(IReadOnlyList<double[]> points, IReadOnlyList<double> values)
    {
        _points = [.. points];
        _mean = values.Average();
        _deviation = Math.Sqrt(values.Average(v => (v - _mean) * (v - _mean)));
        if (_deviation < 1e-12) _deviation = 1;
        var y = Vector<double>.Build.DenseOfEnumerable(values.Select(v => (v - _mean) / _deviation));
        var best = double.NegativeInfinity;
        (_scale, _factor, _weights) = (1, null!, null!);
        foreach (var scale in LengthScales)
        {
            var gram = Matrix<double>.Build.Dense(_points.Length, _points.Length, (i, j) => Kernel(_points[i], _points[j], scale) + (i == j ? Noise : 0));
            var factor = gram.Cholesky();
            var weights = factor.Solve(y);
            var likelihood = -0.5 * (y * weights) - 0.5 * factor.DeterminantLn;
            if (likelihood <= best) continue;
            best = likelihood;
            (_scale, _factor, _weights) = (scale, factor, weights);
        }
    }

    /// <summary>How much a point can be expected to improve on the lowest value seen.</summary>
    public double ExpectedImprovement(double[] point, double lowest)
    {
        var k = Vector<double>.Build.Dense(_points.Length, i => Kernel(point, _points[i], _scale));
        var mean = k * _weights;
        var deviation = Math.Sqrt(Math.Max(1e-12, 1 + Noise - k * _factor.Solve(k)));
        var gain = (lowest - _mean) / _deviation - mean;
        var z = gain / deviation;
        return gain * Normal.CDF(0, 1, z) + deviation * Normal.PDF(0, 1, z);
    }

    private static double Kernel(double[] a, double[] b, double scale)
    {
        var squared = 0.0;
        for (var i = 0; i < a.Length; i++) squared += (a[i] - b[i]) * (a[i] - b[i]);
        var r = Math.Sqrt(5 * squared) / scale;
        return (1 + r + r * r / 3) * Math.Exp(-r);
    }
}
