using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What every cloud's training does.</summary>
public abstract class TrainingSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Train_Penguins_LeavesAModelAndMetrics()
    {
        var (run, _) = await _cloud.TrainAsync();
        Assert.True(run.State == RunState.Completed, run.Reason);
        Assert.True(run.Metrics["validation:accuracy"] >= 0.95, $"{run.Metrics["validation:accuracy"]}");
        await using var model = (await _cloud.Objects.GetAsync(run.Model!)).Must();
        Assert.True((await _cloud.Objects.ListAsync(run.Model!)).Must().Single().Size > 1000);
        Assert.Contains((await _cloud.Training.ListAsync()).Must(), r => r.Name == run.Name && r.State == RunState.Completed);
    }

    [Fact]
    public async Task Train_WithCheckpoints_KeepsThemAndGoesOnFromWhatLiesThere()
    {
        Assert.True(_cloud.Training.KeepsCheckpoints);
        static TrainingOrder Kept(TrainingOrder order) => order with { Checkpoints = true, HyperParameters = new Dictionary<string, string>(order.HyperParameters) { ["checkpoint_rounds"] = "10" } };
        var (first, bucket) = await _cloud.TrainAsync(Kept);
        Assert.True(first.State == RunState.Completed, first.Reason);
        var order = Kept(await _cloud.OrderAsync(bucket));
        var left = (await _cloud.Objects.ListAsync((order with { Name = first.Name }).CheckpointsAt)).Must();
        var file = new DataLocation(bucket, Assert.Single(left, o => o.Key.EndsWith("/boosted-trees.txt", StringComparison.Ordinal)).Key);

        // As the control plane does where a job moves to another machine: what the one before it left lies below the next one's prefix.
        await _cloud.PutAsync(order.CheckpointsAt with { Key = order.CheckpointsAt.Key + "boosted-trees.txt" }, await _cloud.ReadAsync(file));
        (await _cloud.Training.StartAsync(order)).Must();
        var run = await Steps.UntilAsync(() => _cloud.Training.GetAsync(order.Name), r => r.IsFinal);
        Assert.True(run.State == RunState.Completed, run.Reason);
        var log = await Steps.UntilAsync(() => _cloud.Training.LogAsync(order.Name), l => l.Lines.Count > 0);
        Assert.Contains(log.Lines, l => l.Text.Contains("Going on from the checkpoint of round 30", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_BadHyperParameter_FailsWithTheReason()
    {
        var (run, _) = await _cloud.TrainAsync(o => o with { HyperParameters = new Dictionary<string, string> { ["rounds"] = "many" } });
        Assert.Equal(RunState.Failed, run.State);
        Assert.Contains("rounds", run.Reason);
    }

    [Fact]
    public async Task Train_NoData_FailsWithTheReason()
    {
        var bucket = await _cloud.BucketAsync();
        var order = await _cloud.OrderAsync(bucket);
        var started = await _cloud.Training.StartAsync(order with { Channels = new Dictionary<string, DataLocation> { ["train"] = new(bucket, "nothing-here/") } });
        // A cloud may look before it accepts, or fail the job.
        if (started.Error is { } refused)
        {
            Assert.True(refused.Code is ErrorCode.NotFound or ErrorCode.InvalidArgument, refused.ToString());
            return;
        }
        var run = await Steps.UntilAsync(() => _cloud.Training.GetAsync(order.Name), r => r.IsFinal);
        Assert.Equal(RunState.Failed, run.State);
        Assert.False(string.IsNullOrEmpty(run.Reason));
    }

    [Fact]
    public async Task Start_SameName_IsRefused()
    {
        var (run, bucket) = await _cloud.TrainAsync();
        var order = await _cloud.OrderAsync(bucket) with { Name = run.Name };
        (await _cloud.Training.StartAsync(order)).MustFail(ErrorCode.AlreadyExists);
    }

    [Fact]
    public async Task Missing_Job_IsNotFound()
    {
        (await _cloud.Training.GetAsync("no-such-job")).MustFail(ErrorCode.NotFound);
        (await _cloud.Training.StopAsync("no-such-job")).MustFail(ErrorCode.NotFound);
    }

    [Fact]
    public async Task Log_OfAFinishedJob_IsReadToItsEnd()
    {
        var (run, _) = await _cloud.TrainAsync();
        if ((await _cloud.Training.LogAsync(run.Name)).Error is { Code: ErrorCode.Unimplemented } absent) Assert.Skip(absent.Message);
        var page = await Steps.UntilAsync(() => _cloud.Training.LogAsync(run.Name), p => p.Lines.Count > 0);
        Assert.Contains(page.Lines, l => l.Text.Contains("training rows", StringComparison.Ordinal));
        var after = (await _cloud.Training.LogAsync(run.Name, page.Next)).Must();
        Assert.Empty(after.Lines);
        Assert.Equal(page.Next, after.Next);
    }
}
