using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>What is wanted comes to be, stays so, and goes without a trace.</summary>
public sealed class ControlPlaneTests : IAsyncDisposable
{
    private readonly Lab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Apply_TheSameTwiceAtOnce_IsOneRevisionForBoth()
    {
        var manifest = await _lab.ManifestAsync();
        _lab.Store.Forestalls = () => _lab.ApplyAsync(manifest);
        var second = await _lab.Control.ApplyAsync(manifest, "me");
        Assert.Equal(1, second.Value.Value.Revision);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(0L, false)]
    public async Task Apply_ThatAnotherForestalled_IsMadeOnTopUnlessItWasMeantForWhatWasThere(long? expected, bool made)
    {
        _lab.Store.Forestalls = async () => await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Service = w.Service! with { Clouds = ["aws"] } }));
        var applied = await _lab.Control.ApplyAsync(await _lab.ManifestAsync(), "me", expected);
        if (made) Assert.Equal(2, applied.Value.Value.Revision);
        else Assert.Equal(ErrorCode.Aborted, applied.Error!.Code);
    }

    [Fact]
    public async Task Apply_AManifest_TrainsWhereItIsCheapestAndServesWhereItIsWanted()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();

        Assert.Empty(_lab.Aws.Jobs);
        var job = Assert.Single(_lab.Gcp.Orders.Values);
        Assert.Equal("n1-b", job.InstanceType);
        Assert.Equal(["v0001"], _lab.Aws.Endpoints["demo-line"].Variants.Select(v => v.Name));
        Assert.Equal(["v0001"], _lab.Gcp.Endpoints["demo-line"].Variants.Select(v => v.Name));
        // What was trained in one cloud is what the other serves.
        Assert.Equal(_lab.Gcp.Stored.Single(s => s.Key.Contains("/jobs/", StringComparison.Ordinal)).Value, _lab.Aws.Stored.Single(s => s.Key.Contains("/models/", StringComparison.Ordinal)).Value);
        var version = Assert.Single(await _lab.Versions.ListAsync("demo"));
        Assert.Equal((Stage.Production, "gcp"), (version.Stage, version.Lineage.Cloud));
        Assert.StartsWith("rows sha256:", version.Lineage.Data["train"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_TheSameTwice_ChangesNothingAndThePlanSaysSo()
    {
        var manifest = await _lab.ManifestAsync();
        await _lab.ApplyAsync(manifest);
        await _lab.SettledAsync();
        await _lab.ApplyAsync(manifest);
        Assert.Equal(1, (await _lab.Control.GetAsync("demo"))!.Value.Revision);
        Assert.True((await _lab.Planner.PlanAsync(manifest)).Value.IsEmpty);
    }

    [Fact]
    public async Task Plan_OfWhatIsNew_NamesPlacesAndPrices()
    {
        var plan = (await _lab.Planner.PlanAsync(await _lab.ManifestAsync())).Value;
        Assert.Equal(["create training gcp", "create endpoint aws", "create endpoint gcp"], plan.Changes.Select(c => $"{c.Action} {c.Kind} {c.Cloud}"));
        Assert.Equal((0.02m, 0.6m * 730), (plan.Once, plan.Monthly));
    }

    [Fact]
    public async Task Reconciler_KilledAtEveryStep_GoesOnWithTheSameJob()
    {
        var release = false;
        _lab.Gcp.Ends = _ => release ? (RunState.Completed, null) : null;
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Jobs.IsEmpty));
        await _lab.RestartAsync();
        release = true;
        await _lab.SettledAsync();
        await _lab.RestartAsync();
        await _lab.SettledAsync();
        Assert.Single(_lab.Gcp.Jobs);
        Assert.Single(await _lab.Versions.ListAsync("demo"));
    }

    [Fact]
    public async Task Training_WhoseMachineIsTakenAway_MovesToTheNextBestPlace()
    {
        _lab.Gcp.Ends = _ => (RunState.Stopped, "preempted");
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Training = w.Training! with { Spot = true } }));
        await Lab.UntilAsync(async () => (await _lab.Control.ModelsAsync("demo")).FirstOrDefault()?.Production is not null);
        var training = (await _lab.StandingAsync()).Training!;
        Assert.Equal(("aws", 2, "gcp"), (training.Cloud, training.Attempt, Assert.Single(training.Tried!).Cloud));
        Assert.Contains(await _lab.Events.ListAsync("demo"), e => e.Message.Contains("preempted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Training_WhoseMachineIsTakenAway_TakesTheNextMachineOfTheSameCloudWhereThatIsCheapest()
    {
        _lab.More = [new("gcp", "us-central1", "n2-c", 4, 16, 0.22m, 0.085m)];
        _lab.Gcp.Ends = o => o.InstanceType == "n1-b" ? (RunState.Stopped, "preempted") : (RunState.Completed, null);
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Training = w.Training! with { Spot = true } }));
        await Lab.UntilAsync(async () => (await _lab.Control.ModelsAsync("demo")).FirstOrDefault()?.Production is not null);
        var training = (await _lab.StandingAsync()).Training!;
        Assert.Equal(("gcp", "n2-c", true, 2), (training.Cloud, training.Sku, training.Spot, training.Attempt));
        Assert.Equal("n1-b", Assert.Single(training.Tried!).Machine);
        Assert.Empty(_lab.Aws.Jobs);
        Assert.Contains("Left alone for now: n1-b in gcp us-central1, spot, until ", training.Why, StringComparison.Ordinal);
        // The machine is left alone, and the cloud is not.
        var block = Assert.Single(await _lab.Blocks.ListAsync());
        Assert.Equal(("gcp", "us-central1", "n1-b", true), (block.Cloud, block.Region, block.Sku, block.Spot));
        Assert.Empty(await _lab.Blocks.NowAsync());
    }

    [Fact]
    public async Task Training_WhoseCloudHasNoSuchMachineLeft_TakesAnotherOfIt()
    {
        _lab.More = [new("gcp", "us-central1", "n2-c", 4, 16, 0.22m)];
        _lab.Gcp.Refuses = o => o.InstanceType == "n1-b" ? new Error(ErrorCode.ResourceExhausted, "ZONE_RESOURCE_POOL_EXHAUSTED") : null;
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        Assert.Equal(("gcp", "n2-c"), ((await _lab.StandingAsync()).Training!.Cloud, (await _lab.StandingAsync()).Training!.Sku));
    }

    [Fact]
    public async Task Training_WhoseCloudIsLost_GoesOnElsewhereFromItsLastCheckpoint()
    {
        _lab.Gcp.Ends = _ => null;
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Service = w.Service! with { Clouds = ["aws"] } }));
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Jobs.IsEmpty));
        var order = _lab.Gcp.Orders.Values.Single();
        Assert.True(order.Checkpoints);
        _lab.Gcp.Stored[$"{order.CheckpointsAt}round-10.bin"] = [1, 2, 3];
        // Fetched while the cloud answered; what it wrote last is what counts.
        await Lab.UntilAsync(() => Task.FromResult(Directory.EnumerateFiles(_lab.Folder, "round-10.bin", SearchOption.AllDirectories).Any()));
        _lab.Gcp.Down = true;
        await _lab.SettledAsync();
        var next = _lab.Aws.Orders.Values.Single();
        Assert.Equal([1, 2, 3], _lab.Aws.Stored[$"{next.CheckpointsAt}round-10.bin"]);
        Assert.Contains(await _lab.Events.ListAsync("demo"), e => e.Message.Contains("goes on from the last checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Training_InACloudThatIsDown_GoesElsewhereAtOnce()
    {
        _lab.Gcp.Down = true;
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Service = w.Service! with { Clouds = ["aws"] } }));
        await _lab.SettledAsync();
        Assert.Equal("aws", (await _lab.StandingAsync()).Training!.Cloud);
    }

    [Fact]
    public async Task Training_ThatFailsEverywhere_IsGivenUpWithItsReason()
    {
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) cloud.Ends = _ => (RunState.Failed, "the label is constant");
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Training = w.Training! with { MaxAttempts = 2 } }));
        await Lab.UntilAsync(async () => (await _lab.Control.ModelsAsync("demo")).FirstOrDefault()?.Training?.Phase == Phase.Failed);
        Assert.Contains("the label is constant", (await _lab.StandingAsync()).Training!.Reason, StringComparison.Ordinal);
        Assert.Single(_lab.Aws.Jobs);
    }

    [Fact]
    public async Task Drift_OfAnEndpoint_IsFoundAndMended()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        _lab.Aws.Endpoints.Clear();
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints.ContainsKey("demo-line")));
        _lab.Gcp.Endpoints["demo-line"] = new EndpointOrder("demo-line", [new("other", "other")]);
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gcp.Endpoints["demo-line"].Variants[0].Name == "v0001"));
        Assert.Contains(await _lab.Events.ListAsync("demo"), e => e.Kind == "drift" && e.Cloud == "gcp");
    }

    [Fact]
    public async Task Drift_InOneCloudWhileAnotherHangs_IsMendedMeanwhile()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var thaw = new TaskCompletionSource();
        _lab.Gcp.Frozen = thaw.Task;
        _lab.Aws.Endpoints.Clear();
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints.ContainsKey("demo-line")));
        // The other still hangs: it has neither answered nor been given up.
        Assert.False(thaw.Task.IsCompleted);
        thaw.SetResult();
        _lab.Gcp.Frozen = null;
        await _lab.SettledAsync();
    }

    [Fact]
    public async Task Drift_ThatIsTold_StandsInWhatIsReadAtThatMoment()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var settled = new TaskCompletionSource<bool>();
        _lab.Events.Happened += told =>
        {
            if (told.Kind == "drift") settled.TrySetResult(Standing.IsSettled(_lab.Control.GetAsync("demo").Result!.Value.Manifest, _lab.Control.ModelsAsync("demo").Result));
        };
        _lab.Aws.Endpoints.Clear();
        Assert.False(await settled.Task.WaitAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Drift_WhoseTellingTakesLong_IsNotForgottenByWhatOtherCloudsWriteMeanwhile()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var settled = new TaskCompletionSource<bool>();
        _lab.Events.Happened += told =>
        {
            if (told.Kind != "drift") return;
            var seen = Checked();
            // Held up here, until a turn that did not wait for this cloud has written down what it found of the other.
            Lab.UntilAsync(() => Task.FromResult(Checked() != seen)).Wait();
            settled.TrySetResult(Standing.IsSettled(_lab.Control.GetAsync("demo").Result!.Value.Manifest, _lab.Control.ModelsAsync("demo").Result));
        };
        // It answers when a turn has waited for it already, and another one does.
        var thaw = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _lab.Aws.Frozen = thaw.Task;
        _lab.Aws.Endpoints.Clear();
        var before = Checked();
        await Lab.UntilAsync(() => Task.FromResult(Checked() != before));
        var asked = _lab.Gcp.Asked;
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gcp.Asked > asked));
        _lab.Aws.Frozen = null;
        thaw.SetResult();
        Assert.False(await settled.Task.WaitAsync(TestContext.Current.CancellationToken));
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints.ContainsKey("demo-line")));

        DateTimeOffset Checked() => _lab.StandingAsync().Result.Serving!.Single(s => s.Cloud == "gcp").Checked;
    }

    [Fact]
    public async Task Artifact_ThatWasTamperedWith_IsNotDeployed()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Service = w.Service! with { Clouds = ["gcp"] } }));
        await _lab.SettledAsync();
        // Somebody points the version at another model, whose content is whole in itself.
        var other = (await _lab.ManifestAsync(content: "another")).Data!["rows"].Sha256!;
        _lab.Store.Tamper("control.versions", "demo/line/000001", json => System.Text.RegularExpressions.Regex.Replace(json, "\"sha256\":\"[0-9a-f]+\"", $"\"sha256\":\"{other}\""));
        _lab.Gcp.Endpoints.Clear();
        await Lab.UntilAsync(async () => (await _lab.StandingAsync()).Serving is [{ Phase: Phase.Failed }]);
        Assert.Contains("signature", (await _lab.StandingAsync()).Serving![0].Reason, StringComparison.Ordinal);
        Assert.Empty(_lab.Gcp.Endpoints);
    }

    [Fact]
    public async Task Gates_ThatAreNotPassed_HoldAVersionBackUntilItIsForced()
    {
        _lab.Gcp.Accuracy = 0.8;
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Promotion = new PromotionRules(Gates: [new Gate("validation:accuracy", 0.9)]) }));
        await Lab.UntilAsync(async () => (await _lab.Versions.ListAsync("demo")).Count == 1);
        Assert.Equal(Stage.Rejected, (await _lab.Versions.ListAsync("demo"))[0].Stage);
        Assert.Equal(ErrorCode.FailedPrecondition, (await _lab.Versions.PromoteAsync("demo", "line", 1, "me")).Error!.Code);
        Assert.Empty(_lab.Aws.Endpoints);
        Assert.True((await _lab.Versions.PromoteAsync("demo", "line", 1, "me", force: true)).IsOk);
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints.ContainsKey("demo-line")));
    }

    [Fact]
    public async Task Rollback_AfterANewVersion_ServesTheOldOneAgain()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        await _lab.ApplyAsync(await _lab.ManifestAsync(content: "a,b\n3,4\n"));
        await _lab.SettledAsync();
        Assert.Equal("v0002", _lab.Aws.Endpoints["demo-line"].Variants[0].Name);
        Assert.Equal(1, (await _lab.Versions.RollbackAsync("demo", "line", "me")).Value.Number);
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints["demo-line"].Variants[0].Name == "v0001" && _lab.Gcp.Endpoints["demo-line"].Variants[0].Name == "v0001"));
        Assert.Equal([Stage.Archived, Stage.Production], (await _lab.Versions.ListAsync("demo")).Select(v => v.Stage));
        Assert.True((await _lab.Audit.VerifyAsync()).Intact);
    }

    [Fact]
    public async Task Promotion_WhoseServerWasKilledHalfway_IsFinishedByTheNext()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        await _lab.ApplyAsync(await _lab.ManifestAsync(content: "a,b\n3,4\n"));
        await _lab.SettledAsync();
        // The standing is written first; the stages of neither version were.
        _lab.Store.Tamper("control.versions", "demo/line/000001", json => json.Replace("Archived", "Production", StringComparison.Ordinal));
        _lab.Store.Tamper("control.versions", "demo/line/000002", json => json.Replace("\"stage\":\"Production\"", "\"stage\":\"Candidate\"", StringComparison.Ordinal));
        await _lab.RestartAsync();
        await Lab.UntilAsync(async () => (await _lab.Versions.ListAsync("demo")).Select(v => v.Stage).SequenceEqual([Stage.Production, Stage.Archived]));
        await Lab.UntilAsync(async () => (await _lab.Audit.ListAsync(5)).Any(e => e.Detail.Contains("under way", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Promotions_AtTheSameTime_LeaveOneVersionInProduction()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        await _lab.ApplyAsync(await _lab.ManifestAsync(content: "a,b\n3,4\n"));
        await _lab.SettledAsync();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => _lab.Versions.PromoteAsync("demo", "line", 1 + i % 2, "me", force: true))));
            Assert.Equal((await _lab.StandingAsync()).Production, Assert.Single(await _lab.Versions.ListAsync("demo"), v => v.Stage == Stage.Production).Number);
        }
    }

    [Fact]
    public async Task Destroy_OfAProject_LeavesNothing()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        _lab.Aws.Down = true;
        await _lab.Control.DestroyAsync("demo", "me");
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gcp.Buckets.IsEmpty));
        // A cloud that does not answer is asked until it does.
        Assert.NotNull(await _lab.Control.GetAsync("demo"));
        _lab.Aws.Down = false;
        await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp }) Assert.True(cloud.Endpoints.IsEmpty && cloud.Registered.IsEmpty && cloud.Stored.IsEmpty && cloud.Buckets.IsEmpty, cloud.Name);
        Assert.Empty(await _lab.Versions.ListAsync());
        Assert.Empty(await _lab.Control.ModelsAsync());
    }

    [Fact]
    public async Task Scaling_ByTheRequestsUnderWay_StaysBetweenTheFewestAndTheMost()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync(w => w with { Service = w.Service! with { Scaling = new ScalingWish(1, 4, 10) } }));
        await _lab.SettledAsync();
        Assert.Equal(1, _lab.Aws.Endpoints["demo-line"].Variants[0].Instances);

        _lab.Gateway.Load["aws"] = 25;
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints["demo-line"].Variants[0].Instances == 3));
        _lab.Gateway.Load["aws"] = 1000;
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints["demo-line"].Variants[0].Instances == 4));
        await _lab.SettledAsync();
        _lab.Gateway.Load["aws"] = 0;
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints["demo-line"].Variants[0].Instances == 1));
        // The other cloud had nothing to do all the time.
        Assert.Equal(1, _lab.Gcp.Endpoints["demo-line"].Variants[0].Instances);
    }

    [Fact]
    public async Task Quotas_ThatAreUsedUp_SendTrainingElsewhereAndRefuseWhatCannotBe()
    {
        // Four processors in Google Cloud: enough for the service, and then for no training beside it.
        var manifest = (await _lab.ManifestAsync()) with { Quotas = [new QuotaWish("gcp", 4)] };
        var plan = (await _lab.Planner.PlanAsync(manifest)).Value;
        Assert.Equal("aws", plan.Changes.Single(c => c.Kind == "training").Cloud);
        var refused = await _lab.Control.ApplyAsync(manifest with { Quotas = [new QuotaWish("gcp", 3)] }, "me");
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error!.Code);
        Assert.Contains("quota of 3 vCPU in gcp", refused.Error.Message, StringComparison.Ordinal);

        // What one model takes, another does not have.
        await _lab.ApplyAsync(manifest);
        await _lab.SettledAsync();
        var second = await _lab.Control.ApplyAsync(manifest with { Name = "other" }, "me");
        Assert.Equal(ErrorCode.FailedPrecondition, second.Error!.Code);
    }

    [Fact]
    public async Task Apply_OverAChangeThatWasNotSeen_IsRefused()
    {
        var manifest = await _lab.ManifestAsync();
        await _lab.ApplyAsync(manifest);
        Assert.Equal(ErrorCode.Aborted, (await _lab.Control.ApplyAsync(manifest with { Team = "other" }, "me", expected: 0)).Error!.Code);
        Assert.True((await _lab.Control.ApplyAsync(manifest with { Team = "other" }, "me", expected: 1)).IsOk);
    }

    [Fact]
    public async Task Budget_ThatIsSpent_StopsNewWorkAndTellsOnce()
    {
        _lab.Used.Add(new UsageLine("gcp", "us-central1", "training", "demo-line-12345678-1", "n1-b", "instance-seconds", 1, false, 12m));
        await _lab.ApplyAsync((await _lab.ManifestAsync()) with { Budget = new Budget(10) });
        await Lab.UntilAsync(async () => (await _lab.Control.ModelsAsync("demo")).FirstOrDefault()?.Fault is not null);
        Assert.Contains("budget", (await _lab.StandingAsync()).Fault, StringComparison.Ordinal);
        Assert.Empty(_lab.Gcp.Jobs);
        var project = (await _lab.Control.GetAsync("demo"))!.Value;
        Assert.StartsWith("The budget of $10 for this month is spent", await _lab.Control.StoppedAsync(project, await _lab.Control.ModelsAsync("demo")), StringComparison.Ordinal);
        Assert.Equal(await _lab.Costs.StoppedAsync(project.Manifest), (await _lab.Planner.PlanAsync(project.Manifest)).Value.Stopped);
        Assert.Null((await _lab.Planner.PlanAsync(project.Manifest with { Budget = new Budget(13) })).Value.Stopped);
        Assert.Single(await _lab.Events.ListAsync("demo"), e => e.Kind == "budget");
        var report = await _lab.Costs.ReportAsync();
        Assert.Equal([("demo/line", 12m)], report.ByModel.Select(s => (s.Name, s.Cost)));
        Assert.Equal([("research", 12m)], report.ByTeam.Select(s => (s.Name, s.Cost)));
        Assert.Equal([("env=test", 12m)], report.ByTag.Select(s => (s.Name, s.Cost)));
        Assert.True(report.Budgets[0].Stopped && report.Forecast > 12m);
    }

    [Fact]
    public async Task Advice_OnAnIdleEndpoint_IsDoneByAChangeOfTheManifest()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        _lab.Used.Add(new UsageLine("gcp", "us-central1", "hosting", "demo-line", "n1-b", "invocations", 5, false, null));
        var advice = await _lab.Adviser.ListAsync();
        var idle = Assert.Single(advice, a => a.Kind == "idle");
        Assert.Equal(("aws", 0.4m * 730), (idle.Cloud, idle.Saving));
        Assert.Equal(0.02m - 0.1m * 0.08m * 1.0025m, Assert.Single(advice, a => a.Kind == "spot").Saving);
        var commitment = Assert.Single(advice, a => a.Kind == "commitment");
        Assert.Equal(("gcp", 0.2m * 730 * 0.25m), (commitment.Cloud, commitment.Saving));
        Assert.Equal(ErrorCode.FailedPrecondition, (await _lab.Adviser.ApplyAsync(commitment.Number, "me")).Error!.Code);
        Assert.True((await _lab.Adviser.ApplyAsync(idle.Number, "me")).IsOk);
        await Lab.UntilAsync(() => Task.FromResult(_lab.Aws.Endpoints.IsEmpty));
        Assert.NotEmpty(_lab.Gcp.Endpoints);
    }
}
