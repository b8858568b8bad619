using Isobar.Core.Results;
using Isobar.Engine.Metering;
using Isobar.Engine.Metrics;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Graphs;

namespace Isobar.Engine.Tests.Serving;

public sealed class EndpointsTests : IAsyncLifetime
{
    private const string Id = "aws/us-east-1/e";
    private readonly EngineFixture _engine = new();

    private IEndpoints Endpoints => _engine.Get<IEndpoints>();

    public async ValueTask InitializeAsync() => await _engine.StartAsync();

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task InvokeAsync_OneVariant_AnswersAndSaysWhich()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1, 10)));
        using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1,2\n3,4"));

        Assert.Equal("21\n43", reply.Text());
        Assert.Equal(("text/csv", "a"), (reply.ContentType, reply.InvokedVariant));
    }

    [Fact]
    public async Task InvokeAsync_MissingEndpointOrVariant_SaysSo()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1)));

        Assert.Equal(ErrorCode.NotFound, (await Endpoints.InvokeAsync("aws/us-east-1/none", TestGraphs.Csv("1"))).Error?.Code);
        Assert.Equal(ErrorCode.NotFound, (await Endpoints.InvokeAsync(Id, new Invocation { TargetVariant = "b" })).Error?.Code);
        Assert.Equal(ErrorCode.AlreadyExists, (await Endpoints.CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1)))).Error?.Code);
    }

    [Fact]
    public async Task InvokeAsync_Weights_ShareTheTraffic()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1) with { Weight = 3 }, await LinearAsync("b", 2), await LinearAsync("c", 3) with { Weight = 0 }));
        var answers = new List<string>();
        for (var i = 0; i < 4000; i++)
        {
            using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"));
            answers.Add(reply.InvokedVariant!);
        }

        // Four standard deviations of a binomial share of 0.75.
        Assert.InRange(answers.Count(a => a == "a") / 4000.0, 0.722, 0.778);
        Assert.DoesNotContain("c", answers);
        using var named = await Endpoints.InvokeAsync(Id, new Invocation { Body = "1"u8.ToArray(), ContentType = "text/csv", Accept = "text/csv", TargetVariant = "c" });
        Assert.Equal("3", named.Text());
    }

    [Fact]
    public async Task CreateAsync_BrokenGraph_FailsWithTheReasonAndCanBeDeleted()
    {
        var artifact = await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "broken.tar.gz", TestGraphs.TarGz(("model.onnx", "not a graph"u8.ToArray())));
        await Endpoints.CreateAsync(TestGraphs.Endpoint(TestGraphs.Variant("a", artifact)));
        var info = (await Endpoints.WaitAsync(Id)).Value;

        Assert.Equal(EndpointState.Failed, info.State);
        Assert.Contains("model.onnx is not a graph that can be run", info.Reason);
        Assert.Equal(ErrorCode.FailedPrecondition, (await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"))).Error?.Code);
        Assert.True((await Endpoints.DeleteAsync(Id)).IsOk);
        Assert.Equal(ErrorCode.NotFound, (await Endpoints.GetAsync(Id)).Error?.Code);
    }

    [Fact]
    public async Task UpdateAsync_UnderLoad_LosesNoRequest()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1)));
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var (count, seen) = (0, new HashSet<string>());
            while (!stop.IsCancellationRequested)
            {
                using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"));
                Assert.Null(reply.Error);
                seen.Add(reply.Text());
                count++;
                await Task.Yield();
            }
            return (count, seen);
        })).ToArray();
        for (var i = 2; i <= 6; i++)
        {
            Assert.True((await Endpoints.UpdateAsync(TestGraphs.Endpoint(await LinearAsync($"v{i}", i)))).IsOk);
            Assert.Equal(EndpointState.InService, (await Endpoints.WaitAsync(Id)).Value.State);
        }
        await stop.CancelAsync();
        var done = await Task.WhenAll(callers);

        Assert.All(done, d => Assert.True(d.count > 0));
        using var last = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"));
        Assert.Equal("6", last.Text());
    }

    [Fact]
    public async Task UpdateAsync_BrokenModel_KeepsTheOldOneAndSaysWhy()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1)));
        await Endpoints.UpdateAsync(TestGraphs.Endpoint(TestGraphs.Variant("b", new(TestGraphs.Bucket, "absent.tar.gz"))));
        var info = (await Endpoints.WaitAsync(Id)).Value;

        Assert.Equal((EndpointState.InService, null, "a"), (info.State, info.Pending, info.Spec.Variants[0].Name));
        Assert.Contains("absent.tar.gz", info.Reason);
        using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("5"));
        Assert.Equal("5", reply.Text());
    }

    [Fact]
    public async Task InvokeAsync_FullQueue_IsRefusedAtOnceAndTheQueuedAreAnswered()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 2) with { MaxConcurrency = 1, MaxQueue = 3 }));
        var queue = Runner().Queue;
        Assert.True(queue.TryTakeSlot());
        var waiting = Enumerable.Range(1, 3).Select(i => Endpoints.InvokeAsync(Id, TestGraphs.Csv($"{i}")).AsTask()).ToArray();
        var refused = Endpoints.InvokeAsync(Id, TestGraphs.Csv("9"));

        Assert.True(refused.IsCompleted);
        Assert.Equal(ErrorCode.ResourceExhausted, (await refused).Error?.Code);
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        queue.GiveSlot();
        Assert.Equal(["2", "4", "6"], (await Task.WhenAll(waiting)).Select(r => r.Text()));
        Assert.Equal(1, queue.SharedRuns);
    }

    [Fact]
    public async Task InvokeAsync_SharedRunWithABadRequest_AnswersTheOthers()
    {
        var variant = await LinearAsync("a", 2) with { MaxConcurrency = 1 };
        await CreateAsync(TestGraphs.Endpoint(variant));
        var queue = Runner().Queue;
        queue.TryTakeSlot();
        var good = Endpoints.InvokeAsync(Id, TestGraphs.Csv("4")).AsTask();
        var bad = Endpoints.InvokeAsync(Id, TestGraphs.Csv("x")).AsTask();
        queue.GiveSlot();

        Assert.Equal("8", (await good).Text());
        Assert.Contains("Row 1, column 1", (await bad).Text());
    }

    [Fact]
    public async Task InvokeAsync_CancelledWhileQueued_GivesItsPlaceBack()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 2) with { MaxConcurrency = 1, MaxQueue = 1 }));
        var queue = Runner().Queue;
        queue.TryTakeSlot();
        using var cancel = new CancellationTokenSource();
        var given = Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"), cancel.Token).AsTask();
        await cancel.CancelAsync();

        Assert.Equal(ErrorCode.Cancelled, (await given).Error?.Code);
        var next = Endpoints.InvokeAsync(Id, TestGraphs.Csv("3")).AsTask();
        queue.GiveSlot();
        Assert.Equal("6", (await next).Text());
    }

    [Fact]
    public async Task StartAsync_AfterARestart_ServesTheSameContent()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 7), await LinearAsync("b", 7)));
        await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("b", 0, 3)]);
        await Endpoints.WaitAsync(Id);
        // Another model under the same key, and none at all, change nothing for what is deployed.
        await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "a.tar.gz", TestGraphs.TarGz(("model.onnx", TestGraphs.Linear(100))));
        await _engine.Get<IObjectStore>().DeleteAsync(TestGraphs.Bucket, "b.tar.gz");
        await _engine.StopAsync();
        await _engine.StartAsync();

        using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"));
        var info = (await Endpoints.WaitAsync(Id)).Value;
        Assert.Equal(("7", "a"), (reply.Text(), reply.InvokedVariant));
        Assert.Equal((EndpointState.InService, 0, 3), (info.State, info.Variants[1].CurrentWeight, info.Variants[1].CurrentCount));
    }

    [Fact]
    public async Task SetWeightsAndCapacitiesAsync_WeightsAlone_HoldWhenItReturns()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 1), await LinearAsync("b", 2) with { Weight = 0 }));
        for (var i = 0; i < 50; i++)
        {
            var (on, off) = i % 2 == 0 ? ("b", "a") : ("a", "b");
            var info = (await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange(on, 1), new VariantChange(off, 0)])).Value;
            using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("1"));
            Assert.Equal((EndpointState.InService, on), (info.State, reply.InvokedVariant));
        }
    }

    [Fact]
    public async Task SetWeightsAndCapacitiesAsync_None_UnloadsUntilTheNextRequest()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 2)));
        await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("a", Count: 0)]);
        Assert.Equal(0, (await Endpoints.WaitAsync(Id)).Value.Variants[0].CurrentCount);

        var replies = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Endpoints.InvokeAsync(Id, TestGraphs.Csv($"{i}")).AsTask()));
        Assert.Equal(["0", "2", "4", "6", "8"], replies.Select(r => r.Text()));
        Assert.Equal(1, (await Endpoints.GetAsync(Id)).Value.Variants[0].CurrentCount);
        Assert.Equal(ErrorCode.NotFound, (await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("none", 1)])).Error?.Code);
    }

    [Fact]
    public async Task TickAsync_IdleVariant_IsLetGoAndWoken()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 2) with { IdleTimeout = TimeSpan.FromMinutes(5) }));
        var variant = _engine.Get<Engine.Serving.Endpoints>().LiveVariants.Single();
        await variant.TickAsync(TimeSpan.FromMinutes(4));
        Assert.Equal(1, variant.CurrentCount);
        await variant.TickAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, variant.CurrentCount);

        using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("3"));
        Assert.Equal("6", reply.Text());
    }

    [Fact]
    public async Task BeatAsync_AfterRequests_PostsMetricsAndUsage()
    {
        await CreateAsync(TestGraphs.Endpoint(await LinearAsync("a", 2)));
        for (var i = 0; i < 10; i++) (await Endpoints.InvokeAsync(Id, TestGraphs.Csv(i == 3 ? "x" : "1"))).Dispose();
        await _engine.Get<ServingPulse>().BeatAsync();

        var now = TimeProvider.System.GetUtcNow();
        var ids = await _engine.Get<IMetricStore>().ListAsync("aws");
        async Task<(long Count, double Sum)> ReadAsync(string name)
        {
            var points = await _engine.Get<IMetricStore>().ReadAsync(ids.Single(m => m.Name == name), now.AddMinutes(-2), now.AddMinutes(1));
            return (points.Sum(p => p.Count), points.Sum(p => p.Sum));
        }
        Assert.Equal((10, 10.0), await ReadAsync("Invocations"));
        Assert.Equal((10, 1.0), await ReadAsync("ClientErrors"));
        Assert.Equal(9, (await ReadAsync("ModelLatency")).Count);
        var costs = await _engine.Get<IMeter>().CostsAsync(now.AddMinutes(-2), now.AddMinutes(1));
        Assert.Equal(10, costs.Single(c => c.Unit == "invocations").Quantity);
        Assert.Contains(costs, c => c is { Unit: "instance-seconds", Sku: "ml.m5.large", Quantity: > 0 });
    }

    private GraphRunner Runner() => (GraphRunner)_engine.Get<Engine.Serving.Endpoints>().LiveVariants.First().Runner!;

    private async Task CreateAsync(EndpointSpec spec)
    {
        Assert.True((await Endpoints.CreateAsync(spec)).IsOk);
        var info = (await Endpoints.WaitAsync(spec.Id)).Value;
        Assert.True(info.State == EndpointState.InService, info.Reason);
    }

    private async Task<VariantSpec> LinearAsync(string name, params float[] weights) =>
        TestGraphs.Variant(name, await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), $"{name}.tar.gz", TestGraphs.TarGz(("model.onnx", TestGraphs.Linear(weights)))));
}
