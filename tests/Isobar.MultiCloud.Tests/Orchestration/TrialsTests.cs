using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.MultiCloud.Tests.Orchestration;

/// <summary>A new version takes over by way of a trial, where the manifest wants one.</summary>
public sealed class TrialsTests : IAsyncDisposable
{
    private readonly Lab _lab = new();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Trial_ThatProvesItself_IsServedEverywhereAndItsEndpointGoes()
    {
        await BeginAsync();
        Assert.Equal("v0002", _lab.Aws.Endpoints["demo-line-c"].Variants[0].Name);
        Assert.Equal("v0001", _lab.Aws.Endpoints["demo-line"].Variants[0].Name);
        Assert.False(Standing.IsSettled((await _lab.Control.GetAsync("demo"))!.Value.Manifest, await _lab.Control.ModelsAsync("demo")));
        Assert.Equal(("canary-v0002", "aws", 20, 50, 120), _lab.Gateway.Published["demo-line"].Canary is { } c ? (c.Name, c.Cloud, c.Percent, c.Requests, c.Seconds) : default);

        _lab.Gateway.Outcomes["demo-line"] = new CanaryOutcome("canary-v0002", "promoted", 100, null);
        await _lab.SettledAsync();
        Assert.Equal(["v0002", "v0002"], new[] { _lab.Aws, _lab.Gcp }.Select(f => f.Endpoints["demo-line"].Variants[0].Name));
        Assert.False(_lab.Aws.Endpoints.ContainsKey("demo-line-c"));
        Assert.Null(_lab.Gateway.Published["demo-line"].Canary);
        Assert.Contains(await _lab.Events.ListAsync("demo"), e => e.Kind == "canary" && e.Message.Contains("proved itself", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trial_ThatIsWorse_IsRejectedWithItsReasonAndTheOldVersionStays()
    {
        await BeginAsync();
        _lab.Gateway.Outcomes["demo-line"] = new CanaryOutcome("canary-v0002", "rolledBack", 0, "7 of 50 requests failed");
        await _lab.SettledAsync();
        Assert.Equal("v0001", _lab.Aws.Endpoints["demo-line"].Variants[0].Name);
        Assert.False(_lab.Aws.Endpoints.ContainsKey("demo-line-c"));
        var rejected = (await _lab.Versions.ListAsync("demo"))[0];
        Assert.Equal((2, Stage.Rejected), (rejected.Number, rejected.Stage));
        Assert.Contains("7 of 50", rejected.Gates![^1].Message, StringComparison.Ordinal);
        Assert.True((await _lab.Audit.VerifyAsync()).Intact);
    }

    [Fact]
    public async Task Trial_OverAKill_GoesOnWithTheSameEndpoint()
    {
        await BeginAsync();
        await _lab.RestartAsync();
        _lab.Gateway.Outcomes["demo-line"] = new CanaryOutcome("canary-v0002", "promoted", 100, null);
        await _lab.SettledAsync();
        Assert.Equal("v0002", _lab.Gcp.Endpoints["demo-line"].Variants[0].Name);
    }

    [Fact]
    public async Task Trial_WhoseProjectIsDestroyed_LeavesNothing()
    {
        await BeginAsync();
        await _lab.Control.DestroyAsync("demo", "me");
        await Lab.UntilAsync(async () => await _lab.Control.GetAsync("demo") is null);
        Assert.Empty(_lab.Aws.Endpoints);
    }

    private async Task BeginAsync()
    {
        await _lab.ApplyAsync(await ManifestAsync("a,b\n1,2\n"));
        await _lab.SettledAsync();
        await _lab.ApplyAsync(await ManifestAsync("a,b\n3,4\n"));
        await Lab.UntilAsync(() => Task.FromResult(_lab.Gateway.Published.GetValueOrDefault("demo-line")?.Canary is not null));
    }

    private Task<Manifest> ManifestAsync(string content) => _lab.ManifestAsync(w => w with { Service = w.Service! with { Canary = new CanaryWish(20, 2, 50) } }, content);
}
