using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What every cloud's search for hyperparameters does.</summary>
public abstract class TuningSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Tune_Random_FindsTheBestOfItsJobs()
    {
        var order = await _cloud.OrderAsync(await _cloud.BucketAsync()) with { Name = Steps.Name("tune") };
        var search = new TuningOrder(order, [new("learning_rate") { Min = 0.01, Max = 0.3, Logarithmic = true }], "validation:logloss", Minimize: true) { Strategy = "Random", MaxJobs = 3 };
        (await _cloud.Tuning.StartAsync(search)).Must();
        var run = await Steps.UntilAsync(() => _cloud.Tuning.GetAsync(order.Name), r => r.IsFinal);
        Assert.True(run.State == RunState.Completed, run.Reason);
        Assert.Equal(3, run.Completed);
        Assert.InRange(double.Parse(run.BestHyperParameters["learning_rate"], System.Globalization.CultureInfo.InvariantCulture), 0.01, 0.3);
        Assert.True(run.BestValue is > 0 and < 1);
        Assert.NotNull(run.BestJob);
    }

    [Fact]
    public async Task Missing_Search_IsNotFound() => (await _cloud.Tuning.GetAsync("no-such-search")).MustFail(ErrorCode.NotFound);
}
