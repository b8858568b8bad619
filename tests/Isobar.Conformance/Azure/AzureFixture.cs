using System.Text.Json;
using Isobar.Azure;
using Isobar.Azure.Client;
using Isobar.Core.Capabilities;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Conformance.Azure;

/// <summary>Our Azure client, over HTTP, against our Azure emulator; its tokens come from the emulator's own token endpoint, its workspace is made at the first call.</summary>
public sealed class AzureFixture : EmulatedCloud
{
    protected override void AddEmulator(IServiceCollection services) => services.AddAzureEmulator();

    protected override void Map(WebApplication app) => app.MapAzureEmulator();

    protected override void AddClient(IServiceCollection services, string url, string dataDirectory) => services.AddAzureCloud(AzureClientOptions.ForEmulator(new Uri(url)));
}

public sealed class AzureObjects(AzureFixture fixture) : Suites.ObjectsSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureTraining(AzureFixture fixture) : Suites.TrainingSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureServing(AzureFixture fixture) : Suites.ServingSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureBatch(AzureFixture fixture) : Suites.BatchSuite(fixture), IClassFixture<AzureFixture>
{
    private readonly ICloud _cloud = fixture.Cloud;

    [Fact]
    public async Task Batch_LinesOfJson_ArePredicted_AndTheEndpointIsTakenDown()
    {
        var (model, bucket) = (await _cloud.ModelAsync(), await _cloud.BucketAsync());
        var (rows, labels) = Penguins.Held();
        var columns = Penguins.FeatureHeader.Split(',');
        await _cloud.PutAsync(new(bucket, "in/rows.jsonl"), string.Concat(rows.Select(r => JsonSerializer.Serialize(columns.Zip(r.Split(',')).ToDictionary(c => c.First, c => c.Second.Length == 0 ? null : c.Second)) + "\n")));
        var name = Steps.Name("lines");
        (await _cloud.Batch.StartAsync(new(name, model, new(bucket, "in/"), new(bucket, "out")) { ContentType = "application/jsonlines" })).Must();
        var run = await Steps.UntilAsync(() => _cloud.Batch.GetAsync(name), r => r.IsFinal);
        Assert.True(run.State == RunState.Completed, run.Reason);
        var predicted = (await _cloud.Batch.PredictionsAsync(name)).Must();
        Assert.True(predicted.Zip(labels).Count(p => p.First == p.Second) >= 0.95 * labels.Length);
        // Its endpoint is gone, the batch is not; the next one has an endpoint again.
        Assert.Contains((await _cloud.Batch.ListAsync()).Must(), r => r.Name == name);
        var again = Steps.Name("again");
        (await _cloud.Batch.StartAsync(new(again, model, new(bucket, "in/"), new(bucket, "out")) { ContentType = "application/jsonlines" })).Must();
        Assert.Equal(RunState.Completed, (await Steps.UntilAsync(() => _cloud.Batch.GetAsync(again), r => r.IsFinal)).State);
    }
}

public sealed class AzureTuning(AzureFixture fixture) : Suites.TuningSuite(fixture), IClassFixture<AzureFixture>;

public sealed class AzureMonitoring(AzureFixture fixture) : Suites.MonitoringSuite(fixture), IClassFixture<AzureFixture>;
