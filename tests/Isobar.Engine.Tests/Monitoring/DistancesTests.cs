using Isobar.Engine.Monitoring.Comparison;
using Isobar.Engine.Monitoring.Statistics;

namespace Isobar.Engine.Tests.Monitoring;

public sealed class DistancesTests
{
    [Fact]
    public void KolmogorovSmirnov_ShiftedUniforms_IsTheShift()
    {
        var a = Sketch(Enumerable.Range(0, 1000).Select(i => i / 1000.0));
        var b = Sketch(Enumerable.Range(0, 1000).Select(i => i / 1000.0 + 0.25));

        Assert.Equal(0.25, Distances.KolmogorovSmirnov(a, b), 2);
        Assert.Equal(0, Distances.KolmogorovSmirnov(a, a));
    }

    [Fact]
    public void Robust_SmallSamplesOfOneDistribution_IsZero()
    {
        var random = new Random(7);
        var a = Sketch(Enumerable.Range(0, 40).Select(_ => random.NextDouble()));
        var b = Sketch(Enumerable.Range(0, 40).Select(_ => random.NextDouble()));

        Assert.Equal(0, Distances.Robust(Distances.KolmogorovSmirnov(a, b), a.Count, b.Count));
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 0.5, 0.5 }, 0)]
    [InlineData(new[] { 1.0, 0.0 }, new[] { 0.0, 1.0 }, 1)]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 1.0, 0.0 }, 0.5579)]
    public void JensenShannon_KnownPairs_IsTheTextbookDistance(double[] p, double[] q, double expected) =>
        Assert.Equal(expected, Distances.JensenShannon(p, q), 3);

    [Fact]
    public void PopulationStability_TenPercentMoved_IsTheTextbookValue() =>
        // (0.6-0.5)·ln(0.6/0.5) + (0.4-0.5)·ln(0.4/0.5)
        Assert.Equal(0.0405, Distances.PopulationStability([0.5, 0.5], [0.6, 0.4]), 4);

    [Fact]
    public void Sketch_ManyValues_RanksWithinTheStatedError()
    {
        var random = new Random(3);
        var values = Enumerable.Range(0, 200_000).Select(_ => random.NextDouble()).ToArray();
        var sketch = Sketch(values);
        Array.Sort(values);

        Assert.Equal(values.Length, sketch.Count);
        foreach (var share in new[] { 0.01, 0.1, 0.5, 0.9, 0.99 })
            Assert.InRange(sketch.Quantile(share), values[(int)((share - 0.005) * values.Length)], values[(int)((share + 0.005) * values.Length)]);
        Assert.True(sketch.Levels.Sum(l => l.Count) < 8 * QuantileSketch.K);
    }

    private static QuantileSketch Sketch(IEnumerable<double> values)
    {
        var sketch = new QuantileSketch();
        foreach (var value in values) sketch.Add(value);
        return sketch;
    }
}
