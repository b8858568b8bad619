using Isobar.Engine.Training;
using Isobar.Engine.Tuning;

namespace Isobar.Engine.Tests.Tuning;

public sealed class TerminationPolicyTests
{
    private readonly Dictionary<int, IReadOnlyList<JobMetric>> _curves = [];

    [Theory]
    [InlineData(0.92, false)]
    [InlineData(0.90, true)]
    public void Bandit_BehindTheBestByMoreThanTheFactor_Stops(double mine, bool stops)
    {
        Report(1, 1.0);
        Report(2, mine);
        Assert.Equal(stops, new TerminationPolicy(TerminationRule.Bandit) { SlackFactor = 0.1 }.ShouldStop(true, 2, _curves));
        Assert.False(new TerminationPolicy(TerminationRule.Bandit) { SlackFactor = 0.1 }.ShouldStop(true, 1, _curves));
    }

    [Fact]
    public void Bandit_ByAmountOnALoss_StopsWhatIsAbove()
    {
        Report(1, 5, 3);
        Report(2, 9, 3.4);
        Report(3, 9, 3.6);
        var policy = new TerminationPolicy(TerminationRule.Bandit) { SlackAmount = 0.5 };
        Assert.False(policy.ShouldStop(false, 2, _curves));
        Assert.True(policy.ShouldStop(false, 3, _curves));
        // After one report alone nothing is looked at yet: the look is at every second.
        Report(4, 90);
        Assert.False((policy with { Interval = 2 }).ShouldStop(false, 4, _curves));
        Assert.False((policy with { Delay = 2 }).ShouldStop(false, 3, _curves));
    }

    [Fact]
    public void Median_OfTheAverages_StopsWhatIsWorse()
    {
        Report(1, 0.9, 0.9);
        Report(2, 0.5, 0.7);
        Report(3, 0.1, 0.1);
        Report(4, 0.7, 0.2);
        Report(5, 0.6, 0.5);
        var policy = new TerminationPolicy(TerminationRule.Median);
        Assert.Equal([false, false, true, false, false], Enumerable.Range(1, 5).Select(n => policy.ShouldStop(true, n, _curves)));
    }

    [Fact]
    public void Truncation_OfFifths_StopsTheWorst()
    {
        for (var i = 1; i <= 5; i++) Report(i, i);
        var policy = new TerminationPolicy(TerminationRule.Truncation) { Percentage = 20 };
        Assert.Equal([false, false, false, false, true], Enumerable.Range(1, 5).Select(n => policy.ShouldStop(false, n, _curves)));
        Assert.False((policy with { Percentage = 19 }).ShouldStop(false, 5, _curves));
    }

    [Fact]
    public void SearchSpace_WithStepsAndBells_StaysOnThem()
    {
        var spec = new TuningSpec { Id = "t", Owner = "x", Objective = "m", Strategy = TuningStrategy.Random, Ranges = [new ParameterRange("q") { Min = 0, Max = 1, Step = 0.1, Scaling = RangeScaling.Linear }, new ParameterRange("n") { Mean = 5, Deviation = 2 }, new ParameterRange("l") { Mean = 0, Deviation = 1, Scaling = RangeScaling.Logarithmic }] };
        var drawn = Enumerable.Range(1, 400).Select(n => TrialChooser.Next(spec, [], n)!.ToDictionary(v => v.Key, v => double.Parse(v.Value, System.Globalization.CultureInfo.InvariantCulture))).ToList();
        Assert.All(drawn, d => Assert.Equal(d["q"] * 10, Math.Round(d["q"] * 10), 9));
        Assert.InRange(drawn.Average(d => d["n"]), 4.6, 5.4);
        Assert.InRange(drawn.Count(d => Math.Abs(d["n"] - 5) < 2), 240, 305);
        Assert.All(drawn, d => Assert.True(d["l"] > 0));
        Assert.InRange(drawn.Count(d => d["l"] < 1), 160, 240);
    }

    private void Report(int trial, params double[] values) => _curves[trial] = [.. values.Select((v, i) => new JobMetric("m", v, default, i))];
}
