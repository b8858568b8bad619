using System.Text;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.MultiCloud.Tests.Monitoring;

public sealed class DriftWatchTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
    private const string Rows = "name,a,b,note\n\"Ann, the first\",1,2,x\nBob,3,4,y\n";

    private static ModelWish Watched(ModelWish wish) => wish with { Training = wish.Training! with { Ignore = ["note"] }, Service = wish.Service! with { Monitoring = new WatchWish(CapturePercent: 25, EveryHours: 6) } };

    private static async Task<Lab> StandingAsync()
    {
        var lab = new Lab();
        await lab.ApplyAsync(await lab.ManifestAsync(Watched, Rows));
        await lab.SettledAsync();
        await UntilAsync(lab, w => w.Count == 2 && w.All(o => o.Phase == Phase.Done));
        return lab;
    }

    private static async Task UntilAsync(Lab lab, Func<IReadOnlyList<WatchStanding>, bool> so) => await Lab.UntilAsync(async () => so(await lab.Drift.ListAsync("demo")));

    [Fact]
    public async Task Watch_OfAModelOnTwoClouds_HasABaselineOfWhatRequestsHoldAndASchedule()
    {
        await using var lab = await StandingAsync();
        foreach (var cloud in new[] { lab.Aws, lab.Gcp })
        {
            var kept = cloud.Endpoints["demo-line"];
            Assert.Equal(25, kept.CapturePercentage);
            Assert.Equal("captured/line", kept.CaptureTo!.Key);
            var order = Assert.Single(cloud.Schedules.Values);
            Assert.Equal(("demo-line-v0001-1", "demo-line", 6, false), (order.Name, order.Endpoint, order.EveryHours, order.Now));
            // Without the label, and without what the training leaves out.
            Assert.Equal("name,a\r\n\"Ann, the first\",1\r\nBob,3\r\n", Encoding.UTF8.GetString(cloud.Stored[$"{order.Baseline.Bucket}/monitoring/line/v0001-1/data/features.csv"]), ignoreLineEndingDifferences: true);
        }
    }

    [Fact]
    public async Task Run_ThatFindsDrift_IsToldOnceWithItsColumnsAndAgainWhenItIsOver()
    {
        await using var lab = await StandingAsync();
        var order = lab.Gcp.Schedules.Values.Single();
        lab.Gcp.Stored[$"{order.Output}/1/violations.json"] = """{"violations":[{"subject":"a","description":"x"},{"subject":"a"},{"subject":"name"}]}"""u8.ToArray();
        var runs = new List<MonitorRun> { new(order.Name, RunState.Completed, Noon, true, null, new(order.Output.Bucket, order.Output.Key + "/1/")) };
        lab.Gcp.Finds = _ => [.. runs];
        await UntilAsync(lab, w => w.Any(o => o.Last is { Drifted: true }));
        await Lab.UntilAsync(async () => (await ToldAsync(lab, "differs")).Count == 1);
        Assert.EndsWith("differs from the training data of version 1: a, name.", (await ToldAsync(lab, "differs"))[0], StringComparison.Ordinal);
        // The same once more is no news; as usual is.
        lab.Gcp.Finds = _ => [new(order.Name, RunState.Completed, Noon.AddHours(6), true, null, new(order.Output.Bucket, order.Output.Key + "/1/")), .. runs];
        await UntilAsync(lab, w => w.Any(o => o.Runs is { Count: 2 }));
        lab.Gcp.Finds = _ => [new(order.Name, RunState.InProgress, Noon.AddHours(18), null, null, null), new(order.Name, RunState.Completed, Noon.AddHours(12), false, null, null), .. runs];
        await Lab.UntilAsync(async () => (await ToldAsync(lab, "is like the training data again")).Count == 1);
        Assert.Single(await ToldAsync(lab, "differs"));
        var watch = (await lab.Drift.ListAsync("demo")).Single(w => w.Cloud == "gcp");
        Assert.Equal([(Noon.AddHours(18), null), (Noon.AddHours(12), false), (Noon.AddHours(6), true), (Noon, (bool?)true)], watch.Runs!.Select(r => (r.Due, r.Drifted)));
        Assert.Null((await lab.Drift.ListAsync("demo")).Single(w => w.Cloud == "aws").Runs);
    }

    [Fact]
    public async Task Compare_Now_RunsOnceInEveryCloudAndLeavesNoScheduleBehind()
    {
        await using var lab = await StandingAsync();
        foreach (var cloud in new[] { lab.Aws, lab.Gcp }) cloud.Finds = o => o.Now ? [new(o.Name, RunState.Completed, Noon, false, null, null)] : [];
        var asked = (await lab.Drift.CompareAsync("demo", "line", TestContext.Current.CancellationToken)).Value;
        Assert.Equal(2, asked.Count);
        await UntilAsync(lab, w => w.All(o => o is { Compared: 1, Once: null, Last.Drifted: false }));
        Assert.Equal(["demo-line-v0001-1"], lab.Aws.Schedules.Keys);
        Assert.Equal(ErrorCode.FailedPrecondition, (await lab.Drift.CompareAsync("demo", "none", TestContext.Current.CancellationToken)).Error!.Code);
    }

    [Fact]
    public async Task Watch_WithoutItsWish_EndsInEveryCloud()
    {
        await using var lab = await StandingAsync();
        lab.Gcp.Down = true;
        await lab.ApplyAsync(await lab.ManifestAsync(w => Watched(w) with { Service = w.Service }, Rows));
        await UntilAsync(lab, w => w is [{ Cloud: "gcp", Reason.Length: > 0 }]);
        Assert.Empty(lab.Aws.Schedules);
        // A cloud that could not be reached is asked again.
        lab.Gcp.Down = false;
        await UntilAsync(lab, w => w.Count == 0);
        Assert.Empty(lab.Gcp.Schedules);
        await Lab.UntilAsync(() => Task.FromResult(lab.Aws.Endpoints["demo-line"].CaptureTo is null));
    }

    [Fact]
    public async Task Watch_OfAModelThatIsGone_EndsEvenWhereItsCloudWasAway()
    {
        await using var lab = await StandingAsync();
        // Its schedule cannot be deleted at first.
        lab.Gcp.Keeps = true;
        var manifest = await lab.ManifestAsync(Watched, Rows);
        await lab.ApplyAsync(manifest with { Models = new Dictionary<string, ModelWish> { ["other"] = manifest.Models!["line"] with { Service = null } } });
        await UntilAsync(lab, w => w is [{ Cloud: "gcp", Reason.Length: > 0 }]);
        lab.Gcp.Keeps = false;
        await UntilAsync(lab, w => w.Count == 0);
        Assert.Empty(lab.Gcp.Schedules);
        await Lab.UntilAsync(async () => (await lab.Control.ModelsAsync("demo")).All(m => m.Model != "line"));
    }

    [Fact]
    public async Task Watch_OfANewVersion_BeginsAnewWithItsData()
    {
        await using var lab = await StandingAsync();
        await lab.ApplyAsync(await lab.ManifestAsync(Watched, "name,a,b,note\nCid,7,8,z\n"));
        await UntilAsync(lab, w => w.Count == 2 && w.All(o => o is { Version: 2, Phase: Phase.Done }));
        var order = Assert.Single(lab.Aws.Schedules.Values);
        Assert.Equal("demo-line-v0002-2", order.Name);
        Assert.Equal("name,a\r\nCid,7\r\n", Encoding.UTF8.GetString(lab.Aws.Stored[$"{order.Baseline.Bucket}/monitoring/line/v0002-2/data/features.csv"]), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task Project_ThatIsDestroyed_LeavesNoSchedule()
    {
        await using var lab = await StandingAsync();
        await lab.Control.DestroyAsync("demo", "me", ct: TestContext.Current.CancellationToken);
        await Lab.UntilAsync(async () => await lab.Control.GetAsync("demo") is null);
        Assert.Empty(lab.Aws.Schedules);
        Assert.Empty(lab.Gcp.Schedules);
        Assert.Empty(await lab.Drift.ListAsync(ct: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ControlPlane_ThatIsKilled_GoesOnWatching()
    {
        await using var lab = await StandingAsync();
        await lab.RestartAsync();
        lab.Aws.Finds = o => [new(o.Name, RunState.Completed, Noon, true, null, null)];
        await UntilAsync(lab, w => w.Any(o => o is { Cloud: "aws", Attempt: 1, Last.Drifted: true }));
        Assert.Single(lab.Aws.Schedules);
    }

    [Fact]
    public async Task Baseline_ThatFails_SaysWhy()
    {
        await using var lab = new Lab();
        lab.Gcp.Learned = RunState.Failed;
        await lab.ApplyAsync(await lab.ManifestAsync(Watched, Rows));
        await UntilAsync(lab, w => w.Any(o => o is { Cloud: "gcp", Phase: Phase.Failed }));
        Assert.Contains("Failed", (await lab.Drift.ListAsync("demo")).Single(w => w.Cloud == "gcp").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_WhoseDataAreNoTable_IsRefused()
    {
        const string text = "name: demo\ndata: { rows: { path: rows.jsonl, contentType: application/jsonlines } }\nmodels:\n  line:\n    training: { algorithm: linear, task: regression, label: b, data: { train: rows } }\n    service:\n      clouds: [aws]\n      monitoring: { everyHours: 1 }\n";
        var (_, faults) = ManifestReader.Read(text, ["aws"]);
        var fault = Assert.Single(faults);
        Assert.Equal("models.line.service.monitoring", fault.Path);
        Assert.Contains("text/csv;header=present", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<List<string>> ToldAsync(Lab lab, string words) => [.. (await lab.Events.ListAsync("demo", 1000)).Where(e => e.Kind == "data-drift" && e.Message.Contains(words, StringComparison.Ordinal)).Select(e => e.Message)];
}
