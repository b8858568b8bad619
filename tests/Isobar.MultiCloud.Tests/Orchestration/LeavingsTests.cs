using Isobar.Core.Capabilities;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>What is not wanted any more ends, and what was there once is not taken for what is wanted now.</summary>
public sealed class LeavingsTests : IAsyncDisposable
{
    private readonly Lab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Apply_OfWhatWasDestroyed_TrainsAnewAndBlamesNoCloud()
    {
        for (var round = 1; round <= 2; round++)
        {
            await _lab.ApplyAsync(await _lab.ManifestAsync());
            await _lab.SettledAsync();
            // Clouds keep their jobs, and their names, for ever.
            Assert.Equal(round, _lab.Gcp.Jobs.Count);
            Assert.Empty(await _lab.Blocks.CloudsAsync(TestContext.Current.CancellationToken));
            await _lab.Control.DestroyAsync("demo", "me");
            await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        }
    }

    [Fact]
    public async Task Apply_OfDataThatWereThereBefore_ServesAModelOfThem()
    {
        var first = await _lab.ManifestAsync();
        await _lab.ApplyAsync(first);
        await _lab.SettledAsync();
        await _lab.ApplyAsync(await _lab.ManifestAsync(content: "a,b\n3,4\n"));
        await _lab.SettledAsync();
        await _lab.ApplyAsync(first);
        await _lab.SettledAsync();
        var serving = (await _lab.Versions.ListAsync("demo")).Single(v => v.Stage == Stage.Production);
        Assert.Equal($"rows sha256:{first.Data!["rows"].Sha256}", serving.Lineage.Data["train"]);
    }

    [Fact]
    public async Task Training_OfDataThatChangeMeanwhile_IsStopped()
    {
        _lab.Gcp.Ends = _ => null;
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Jobs.IsEmpty));
        var before = _lab.Gcp.Jobs.Keys.Single();
        await _lab.ApplyAsync(await _lab.ManifestAsync(content: "a,b\n3,4\n"));
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gcp.Jobs[before].State == RunState.Stopped));
    }

    [Fact]
    public async Task Training_OfAModelThatTheManifestDrops_IsStopped()
    {
        _lab.Gcp.Ends = _ => null;
        var manifest = await _lab.ManifestAsync();
        await _lab.ApplyAsync(manifest);
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Jobs.IsEmpty));
        await _lab.ApplyAsync(manifest with { Models = new Dictionary<string, ModelWish> { ["other"] = manifest.Models!["line"] } });
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gcp.Jobs.Values.Any(j => j.Name.StartsWith("demo-line-", StringComparison.Ordinal) && j.State == RunState.Stopped)));
    }

    [Fact]
    public async Task Destroy_AfterAModelWasDropped_LeavesNothingOfIt()
    {
        var manifest = await _lab.ManifestAsync();
        await _lab.ApplyAsync(manifest);
        await _lab.SettledAsync();
        await _lab.ApplyAsync(manifest with { Models = new Dictionary<string, ModelWish> { ["other"] = manifest.Models!["line"] } });
        await Lab.UntilAsync(async () => await _lab.Control.ModelsAsync("demo") is [{ Model: "other", Production: 1 }]);
        await _lab.Control.DestroyAsync("demo", "me");
        await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        Assert.Empty(_lab.Gcp.Registered.Keys.Concat(_lab.Aws.Registered.Keys));
    }

    [Fact]
    public async Task Destroy_AmidABatch_StopsItsJobs()
    {
        _lab.Aws.BatchEnds = _lab.Gcp.BatchEnds = _ => false;
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        var rows = (await _lab.Artifacts.PutAsync(new MemoryStream("1\n2\n3\n4\n"u8.ToArray()), ct: TestContext.Current.CancellationToken)).Value;
        Assert.True((await _lab.Batches.StartAsync(new BatchRequest("demo", "line", rows), "me", TestContext.Current.CancellationToken)).IsOk);
        await Lab.UntilAsync(() => Task.FromResult(!_lab.Gcp.Batches.IsEmpty && !_lab.Aws.Batches.IsEmpty));
        await _lab.Control.DestroyAsync("demo", "me");
        await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        Assert.NotEmpty(_lab.Gcp.BatchesStopped);
        Assert.NotEmpty(_lab.Aws.BatchesStopped);
    }

    [Fact]
    public async Task Artifact_ThatWasChangedInACloud_IsReplacedBeforeItIsDeployed()
    {
        await _lab.ApplyAsync(await _lab.ManifestAsync());
        await _lab.SettledAsync();
        foreach (var cloud in new[] { _lab.Aws, _lab.Gcp })
        {
            var (at, right) = cloud.Stored.Single(s => s.Key.Contains("/models/", StringComparison.Ordinal));
            // As long as the right one: a listing shows no difference.
            cloud.Stored[at] = new byte[right.Length];
            cloud.Endpoints.Clear();
            await Lab.UntilAsync(() => Task.FromResult(cloud.Endpoints.ContainsKey("demo-line")));
            Assert.Equal(right, cloud.Stored[at]);
        }
    }

    [Fact]
    public async Task Budget_OfWhatOnlyServes_IsToldOfAsWell()
    {
        var manifest = await _lab.ManifestAsync() with { Budget = new Budget(10) };
        await _lab.ApplyAsync(manifest);
        await _lab.SettledAsync();
        _lab.Used.Add(new UsageLine("gcp", "us-central1", "hosting", "demo-line", "n1-b", "instance-seconds", 1, false, 12m));
        await Lab.UntilAsync(async () => (await _lab.Events.ListAsync("demo")).Any(e => e.Kind == "budget"));
        // A larger one that is spent as well is told of as the first was.
        await _lab.ApplyAsync(manifest with { Budget = new Budget(11) });
        await Lab.UntilAsync(async () => (await _lab.Events.ListAsync("demo")).Count(e => e.Kind == "budget") == 2);
    }
}
