using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Conformance.Suites;

/// <summary>What batch predictions do, on every cloud that offers them.</summary>
public abstract class BatchSuite(ICloudFixture fixture)
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Batch_HeldOutRows_ArePredictedInOrder()
    {
        var model = await _cloud.ModelAsync();
        var bucket = await _cloud.BucketAsync();
        var (rows, labels) = Penguins.Held();
        await _cloud.PutAsync(new(bucket, "in/rows.csv"), string.Join('\n', rows) + "\n");
        var name = Steps.Name("batch");
        (await _cloud.Batch.StartAsync(new(name, model, new(bucket, "in/"), new(bucket, "out")) { Accept = "text/csv" })).Must();
        var run = await Steps.UntilAsync(() => _cloud.Batch.GetAsync(name), r => r.IsFinal);
        Assert.True(run.State == RunState.Completed, run.Reason);
        var predicted = (await _cloud.Batch.PredictionsAsync(name)).Must().Select(l => l.Split(',')[0]).ToArray();
        Assert.Equal(labels.Length, predicted.Length);
        Assert.True(predicted.Zip(labels).Count(p => p.First == p.Second) >= 0.95 * labels.Length);
        Assert.Contains((await _cloud.Batch.ListAsync()).Must(), r => r.Name == name);
        Assert.NotEmpty((await _cloud.Objects.ListAsync(new(bucket, "out"))).Must());
        (await _cloud.Batch.GetAsync("no-such-batch")).MustFail(ErrorCode.NotFound);
        (await _cloud.Batch.PredictionsAsync("no-such-batch")).MustFail(ErrorCode.NotFound);
    }
}
