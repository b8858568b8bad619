using Isobar.MultiCloud.Failover;
using Isobar.MultiCloud.Routing;
using Isobar.MultiCloud.Routing.Canary;

namespace Isobar.MultiCloud.Tests.Routing.Canary;

public sealed class CanaryAnalysisTests
{
    [Fact]
    public void Fisher_TeaTasting_HasTheKnownChance()
    {
        // Three of four against one of four: 17 of 70 arrangements are as extreme.
        Assert.Equal(17.0 / 70, FisherTest.Worse(3, 4, 1, 4), 12);
        Assert.Equal(1.0 / 70, FisherTest.Worse(4, 4, 0, 4), 12);
        Assert.Equal(1, FisherTest.Worse(0, 10, 5, 10), 12);
    }

    [Fact]
    public void MannWhitney_SameTimes_FindsNothing()
    {
        var times = Times(new Random(1), 2000, 1);
        var (chance, slower) = MannWhitneyTest.Slower(times, times, 1);
        Assert.InRange(chance, 0.4, 0.6);
        Assert.Equal(0.5, slower, 6);
    }

    [Fact]
    public void Look_EquallyGoodCanaries_AreRolledBackNoMoreOftenThanAllowed()
    {
        var wrong = 0;
        const int Trials = 300;
        for (var trial = 0; trial < Trials; trial++)
            if (Run(new Random(trial), failureRate: 0.02, slowness: 1, tolerance: 1) == CanaryVerdict.RollBack) wrong++;
        // A tenth is allowed; the bound over all looks leaves it well below. 3 standard errors of luck are granted.
        Assert.InRange(wrong, 0, 30 + 16);
    }

    [Fact]
    public void Binomial_OfACoin_HasTheKnownChance()
    {
        Assert.Equal(11.0 / 1024, BinomialTest.AtLeast(9, 10, 0.5), 12);
        Assert.Equal(1, BinomialTest.AtLeast(0, 10, 0.01), 12);
        Assert.Equal(0, BinomialTest.AtLeast(1, 10, 0), 12);
    }

    [Fact]
    public void Look_FailingAsMuchAsTheOthersButMoreThanMay_IsRolledBack()
    {
        var analysis = new CanaryAnalysis(new CanaryDefinition { RequestsPerStep = 100, MaxFailureShare = 0.05 });
        var times = new int[LatencyHistogram.Buckets];
        Assert.Equal(CanaryVerdict.RollBack, analysis.Look(new CanarySample(90, 10, times), new CanarySample(900, 100, times)).Verdict);
    }

    [Fact]
    public void Look_BeforeItsTime_WaitsHoweverManyHaveAnswered()
    {
        var analysis = new CanaryAnalysis(new CanaryDefinition { RequestsPerStep = 100, StepSeconds = 60 });
        var sample = new CanarySample(500, 0, new int[LatencyHistogram.Buckets]);
        Assert.Equal(CanaryVerdict.Wait, analysis.Look(sample, sample, TimeSpan.FromSeconds(59)).Verdict);
        Assert.Equal(CanaryVerdict.Advance, analysis.Look(sample with { Answered = 1000 }, sample, TimeSpan.FromSeconds(60)).Verdict);
    }

    [Fact]
    public void Look_CanaryFailsMore_IsRolledBack()
    {
        var caught = Enumerable.Range(0, 40).Count(t => Run(new Random(t), failureRate: 0.12, slowness: 1, tolerance: 1.2) == CanaryVerdict.RollBack);
        Assert.InRange(caught, 38, 40);
    }

    [Fact]
    public void Look_CanaryIsSlower_IsRolledBackBeyondTheTolerance()
    {
        Assert.InRange(Enumerable.Range(0, 40).Count(t => Run(new Random(t), 0.02, slowness: 1.6, tolerance: 1.2) == CanaryVerdict.RollBack), 38, 40);
        Assert.InRange(Enumerable.Range(0, 40).Count(t => Run(new Random(t), 0.02, slowness: 1.1, tolerance: 1.2) == CanaryVerdict.RollBack), 0, 4);
    }

    [Fact]
    public void Advanced_AfterTheLastStep_HasAllTheTraffic()
    {
        var canary = new CanaryDefinition { Backend = "new", Steps = [5, 50] };
        var status = CanaryStatus.Begun(canary, default).Advanced(canary, default);
        Assert.Equal(("running", 50.0), (status.State, status.Percent));
        Assert.Equal(("promoted", 100.0), (status.Advanced(canary, default).State, status.Advanced(canary, default).Percent));
        Assert.Equal(("rolledBack", 0.0), (status.RolledBack("slow", default).State, status.RolledBack("slow", default).Percent));
    }

    /// <summary>A whole rollout in three steps: the baseline fails in 2% of the requests; both sides' times are exponential.</summary>
    private static CanaryVerdict Run(Random random, double failureRate, double slowness, double tolerance)
    {
        var definition = new CanaryDefinition { Backend = "new", RequestsPerStep = 400, FalseAlarm = 0.1, LatencyTolerance = tolerance };
        var analysis = new CanaryAnalysis(definition);
        foreach (var percent in definition.Steps)
        {
            analysis.NextStep();
            var (trial, baseline) = (new Side(), new Side());
            while (true)
            {
                for (var i = 0; i < 50; i++)
                {
                    if (random.NextDouble() < percent / 100) trial.Ask(random, failureRate, slowness);
                    else baseline.Ask(random, 0.02, 1);
                }
                var look = analysis.Look(trial.Sample, baseline.Sample);
                if (look.Verdict == CanaryVerdict.RollBack) return look.Verdict;
                if (look.Verdict == CanaryVerdict.Advance) break;
            }
        }
        return CanaryVerdict.Advance;
    }

    private static int[] Times(Random random, int count, double slowness)
    {
        var side = new Side();
        for (var i = 0; i < count; i++) side.Ask(random, 0, slowness);
        return side.Sample.Times;
    }

    private sealed class Side
    {
        private readonly LatencyHistogram _times = new();
        private long _answered, _failed;

        public CanarySample Sample => new(_answered, _failed, _times.Snapshot());

        public void Ask(Random random, double failureRate, double slowness)
        {
            if (random.NextDouble() < failureRate)
            {
                _failed++;
                return;
            }
            _answered++;
            _times.Add(-Math.Log(1 - random.NextDouble()) * 20_000 * slowness);
        }
    }
}
