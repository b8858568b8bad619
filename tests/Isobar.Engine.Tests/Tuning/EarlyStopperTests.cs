using Isobar.Engine.Training;
using Isobar.Engine.Tuning;

namespace Isobar.Engine.Tests.Tuning;

public sealed class EarlyStopperTests
{
    [Fact]
    public void ShouldStop_HyperbandTrialBehindAtARung_IsStopped()
    {
        var spec = new TuningSpec { Id = "t", Owner = "x", Ranges = [], Objective = "loss", Strategy = TuningStrategy.Hyperband, Resource = (1, 9) };
        var curves = Enumerable.Range(1, 6).ToDictionary(n => n, n => Curve(n, 4));
        Assert.True(EarlyStopper.ShouldStop(spec, new Trial(6, "6", new Dictionary<string, string>()), curves));
        Assert.False(EarlyStopper.ShouldStop(spec, new Trial(1, "1", new Dictionary<string, string>()), curves));
    }

    [Fact]
    public void ShouldStop_MedianRule_WaitsForEnoughOthers()
    {
        var spec = new TuningSpec { Id = "t", Owner = "x", Ranges = [], Objective = "acc", Maximize = true, EarlyStopping = true };
        var curves = new Dictionary<int, IReadOnlyList<JobMetric>> { [1] = Curve(1, 3), [2] = Curve(9, 3), [3] = Curve(9, 3) };
        var trial = new Trial(1, "1", new Dictionary<string, string>());
        Assert.False(EarlyStopper.ShouldStop(spec, trial, curves));
        curves[4] = Curve(9, 3);
        Assert.True(EarlyStopper.ShouldStop(spec, trial, curves));
    }

    private static IReadOnlyList<JobMetric> Curve(double level, int steps) => [.. Enumerable.Range(0, steps).Select(i => new JobMetric("m", level, default, i))];
}
