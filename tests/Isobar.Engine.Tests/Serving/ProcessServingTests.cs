using System.Diagnostics;
using Isobar.Core.Results;
using Isobar.Engine.Logs;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Serving.Processes;

namespace Isobar.Engine.Tests.Serving;

public sealed class ProcessServingTests : IAsyncLifetime
{
    private const string Id = "aws/us-east-1/e";
    private readonly EngineFixture _engine = new();

    private IEndpoints Endpoints => _engine.Get<IEndpoints>();

    public async ValueTask InitializeAsync()
    {
        PythonServer.SkipWithoutPython();
        await _engine.StartAsync();
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    [Fact]
    public async Task InvokeAsync_OwnServer_GetsTheModelAndPassesHeaders()
    {
        await CreateAsync(await VariantAsync());
        using var reply = await Endpoints.InvokeAsync(Id, new Invocation { Body = "3"u8.ToArray(), ContentType = "text/csv", CustomAttributes = "trace=7" });

        Assert.Equal(("3*5", 200, "trace=7", "text/csv"), (reply.Text(), reply.Status, reply.CustomAttributes, reply.ContentType));
        using var failed = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("fail"));
        Assert.Equal((500, "no such luck"), (failed.Status, failed.Text()));
    }

    [Fact]
    public async Task InvokeStreamAsync_OwnServer_GivesThePiecesAsTheyCome()
    {
        await CreateAsync(await VariantAsync());
        await using var reply = await Endpoints.InvokeStreamAsync(Id, TestGraphs.Csv("stream"));
        using var reader = new StreamReader(reply.Body);

        Assert.Equal("one two three", await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task InvokeAsync_KilledServer_IsStartedAgain()
    {
        await CreateAsync(await VariantAsync());
        var process = Runner().Processes[0];
        var first = process.ProcessId;
        using (var crashed = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("crash"))) Assert.Equal(ErrorCode.Unavailable, crashed.Error?.Code);
        await UntilAsync(() => process.IsHealthy && process.ProcessId != first);
        using var reply = await Endpoints.InvokeAsync(Id, TestGraphs.Csv("2"));

        Assert.Equal("2*5", reply.Text());
    }

    [Fact]
    public async Task SetWeightsAndCapacitiesAsync_TwoInstances_AreTwoProcesses()
    {
        await CreateAsync(await VariantAsync());
        await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("a", Count: 2)]);
        Assert.Equal(2, (await Endpoints.WaitAsync(Id)).Value.Variants[0].CurrentCount);
        var ids = Runner().Processes.Select(p => p.ProcessId).ToList();
        await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("a", Count: 1)]);

        Assert.Equal(1, (await Endpoints.WaitAsync(Id)).Value.Variants[0].CurrentCount);
        Assert.Single(ids, IsAlive);
        await Endpoints.DeleteAsync(Id);
        Assert.DoesNotContain(ids, IsAlive);
    }

    [Fact]
    public async Task UpdateAsync_InServiceWhileTheReplacedFinishesARequest_IsTaken()
    {
        await CreateAsync(await VariantAsync());
        var go = _engine.Folder["go"];
        var held = Endpoints.InvokeAsync(Id, TestGraphs.Csv($"hold {go}")).AsTask();
        var replaced = Runner().Processes[0].ProcessId;
        Assert.True((await Endpoints.UpdateAsync(TestGraphs.Endpoint(await VariantAsync() with { Name = "b" }))).IsOk);
        await UntilAsync(() => Info() is { State: EndpointState.InService, Spec.Variants: [{ Name: "b" }] });
        Assert.True(IsAlive(replaced));

        Assert.Null((await Endpoints.SetWeightsAndCapacitiesAsync(Id, [new VariantChange("b", Weight: 2)])).Error);
        await UntilAsync(() => Info().State == EndpointState.InService);
        Assert.Null((await Endpoints.UpdateAsync(TestGraphs.Endpoint(await VariantAsync() with { Name = "c" }))).Error);
        await File.WriteAllTextAsync(go, "");
        using var reply = await held;

        Assert.Equal($"hold {go}*5", reply.Text());
        Assert.Equal((EndpointState.InService, "c"), ((await Endpoints.WaitAsync(Id)).Value.State, Info().Spec.Variants[0].Name));
        Assert.False(IsAlive(replaced));
    }

    [Fact]
    public async Task CreateAsync_ServerThatEndsAtOnce_FailsWithItsLastWords()
    {
        var variant = await VariantAsync();
        var broken = variant with { Model = variant.Model with { Environment = new Dictionary<string, string> { ["BROKEN"] = "1" } } };
        await Endpoints.CreateAsync(TestGraphs.Endpoint(broken));
        var info = (await Endpoints.WaitAsync(Id)).Value;

        Assert.Equal(EndpointState.Failed, info.State);
        Assert.Contains("ended with exit code 1 before it answered GET /ping", info.Reason);
        Assert.Contains("the weights are missing", info.Reason);
    }

    [Fact]
    public async Task Log_OwnServer_ReceivesItsLines()
    {
        var log = new LogStreamName("aws", "/aws/sagemaker/Endpoints/e", "a/1");
        await CreateAsync(await VariantAsync() with { Log = log });
        await _engine.Get<ILogStore>().FlushAsync();

        var page = await _engine.Get<ILogStore>().ReadAsync(new LogQuery(log.Realm, log.Group));
        Assert.Contains(page.Lines, l => l.Message == "ready");
    }

    [Fact]
    public async Task InvokeAsync_SlowServer_KeepsTheTimeLimit()
    {
        await CreateAsync(await VariantAsync());
        using var reply = await Endpoints.InvokeAsync(Id, new Invocation { Body = "hold /does/not/exist"u8.ToArray(), Timeout = TimeSpan.FromMilliseconds(100) });
        Assert.Equal(ErrorCode.DeadlineExceeded, reply.Error?.Code);
    }

    private EndpointInfo Info() => _engine.Get<Engine.Serving.Endpoints>().Controller(Id)!.Info;

    private ProcessRunner Runner() => (ProcessRunner)_engine.Get<Engine.Serving.Endpoints>().LiveVariants.First().Runner!;

    private async Task<VariantSpec> VariantAsync() => new()
    {
        Name = "a",
        Model = PythonServer.Model(await TestGraphs.PutAsync(_engine.Get<IObjectStore>(), "py.tar.gz", PythonServer.Archive("5"))),
        StartTimeout = TimeSpan.FromSeconds(60),
    };

    private async Task CreateAsync(VariantSpec variant)
    {
        await Endpoints.CreateAsync(TestGraphs.Endpoint(variant));
        var info = (await Endpoints.WaitAsync(Id)).Value;
        Assert.True(info.State == EndpointState.InService, info.Reason);
    }

    private static bool IsAlive(int id)
    {
        try { return !Process.GetProcessById(id).HasExited; }
        catch (ArgumentException) { return false; }
    }

    // The state of another process has no event to wait for.
    private static async Task UntilAsync(Func<bool> condition)
    {
        var limit = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(60), "waited for a minute");
            await Task.Delay(20);
        }
    }
}
