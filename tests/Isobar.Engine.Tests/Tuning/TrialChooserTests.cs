using System.Globalization;
using Isobar.Engine.Training;
using Isobar.Engine.Tuning;

namespace Isobar.Engine.Tests.Tuning;

public sealed class TrialChooserTests
{
    private static readonly ParameterRange[] Plane = [new("x") { Min = -5, Max = 10 }, new("y") { Min = 0, Max = 15 }];

    [Fact]
    public void Next_BayesianOnBranin_BeatsRandomInTheMedian()
    {
        var bayesian = Enumerable.Range(0, 9).Select(seed => Best(TuningStrategy.Bayesian, seed)).Order().ElementAt(4);
        var random = Enumerable.Range(0, 9).Select(seed => Best(TuningStrategy.Random, seed)).Order().ElementAt(4);
        // Branin's minimum is 0.397887.
        Assert.InRange(bayesian, 0.3978, 0.6);
        Assert.True(bayesian < random / 2, $"Bayesian {bayesian}, random {random}");
    }

    [Fact]
    public void Next_SameTrialsAndSeed_ChoosesTheSame()
    {
        var spec = Spec(TuningStrategy.Bayesian, 3);
        var trials = Enumerable.Range(1, 6).Select(i => new Trial(i, $"{i}", new Dictionary<string, string> { ["x"] = $"{i}", ["y"] = $"{i}" }) { Objective = i, State = JobState.Completed }).ToList();
        Assert.Equal(TrialChooser.Next(spec, trials, 7), TrialChooser.Next(spec, trials, 7));
    }

    [Fact]
    public void Next_WarmStartOfOtherParameters_IsPassedOver()
    {
        var spec = Spec(TuningStrategy.Bayesian, 1) with { WarmStart = [.. Enumerable.Range(0, 5).Select(i => ((IReadOnlyDictionary<string, string>)new Dictionary<string, string> { ["x"] = $"{i}", ["other"] = "a" }, (double)i))] };
        Assert.Equal(["x", "y"], TrialChooser.Next(spec, [], 1)!.Keys.Order());
    }

    [Fact]
    public void Next_Grid_GivesEveryCombinationOnce()
    {
        var spec = Spec(TuningStrategy.Grid, 0) with { Ranges = [new("a") { Values = ["p", "q"] }, new("b") { Min = 1, Max = 3, IsInteger = true }] };
        var all = Enumerable.Range(1, 6).Select(n => TrialChooser.Next(spec, [], n)!).Select(v => v["a"] + v["b"]).ToList();
        Assert.Equal(["p1", "p2", "p3", "q1", "q2", "q3"], all.Order());
        Assert.Null(TrialChooser.Next(spec, [], 7));
    }

    [Theory]
    [InlineData(RangeScaling.Linear)]
    [InlineData(RangeScaling.Logarithmic)]
    [InlineData(RangeScaling.Auto)]
    public void Values_AnyPoint_StaysInTheRange(RangeScaling scaling)
    {
        var space = new SearchSpace([new("x") { Min = 0.001, Max = 100, Scaling = scaling }, new("n") { Min = 1, Max = 7, IsInteger = true }]);
        var random = new Random(1);
        var counts = new int[8];
        for (var i = 0; i < 7000; i++)
        {
            var values = space.Values(space.Draw(random));
            Assert.InRange(double.Parse(values["x"], CultureInfo.InvariantCulture), 0.001, 100);
            counts[int.Parse(values["n"], CultureInfo.InvariantCulture)]++;
        }
        Assert.All(counts[1..], c => Assert.InRange(c, 800, 1200));
    }

    private static double Best(TuningStrategy strategy, int seed)
    {
        var trials = new List<Trial>();
        for (var n = 1; n <= 30; n++)
        {
            var values = TrialChooser.Next(Spec(strategy, seed), trials, n)!;
            trials.Add(new Trial(n, $"{n}", values) { Objective = Branin(values), State = JobState.Completed });
        }
        return trials.Min(t => t.Objective!.Value);
    }

    private static double Branin(IReadOnlyDictionary<string, string> values)
    {
        double x = double.Parse(values["x"], CultureInfo.InvariantCulture), y = double.Parse(values["y"], CultureInfo.InvariantCulture);
        var t = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
        return t * t + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
    }

    private static TuningSpec Spec(TuningStrategy strategy, int seed) => new() { Id = "t", Owner = "test", Ranges = Plane, Objective = "loss", Strategy = strategy, Seed = seed };
}
