using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Microsoft.Extensions.Time.Testing;

namespace Isobar.MultiCloud.Tests.Orchestration;

public sealed class BlocksTests
{
    private static readonly Offer Offer = new("gcp", "us-central1", "n1-b", 4, 16, 0.2m, 0.08m);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly Blocks _blocks;

    public BlocksTests() => _blocks = new Blocks(new MemoryStore(), new ControlPlaneOptions { Directory = "none", BlockFor = TimeSpan.FromMinutes(2) }, _time);

    private async Task<bool> IsBlockedAsync() => (await _blocks.NowAsync(TestContext.Current.CancellationToken)).Contains("gcp");

    private Task LoseMachineAsync(bool spot) => _blocks.AddMachineAsync("gcp", "us-central1", "n1-b", spot, "preempted", TestContext.Current.CancellationToken);

    private async Task<Offer?> LeftAsync() => Blocks.Left(Offer, await _blocks.MachinesAsync(TestContext.Current.CancellationToken));

    [Fact]
    public async Task Block_EachTime_LastsTwiceAsLongUpToAnHourAndIsForgiven()
    {
        foreach (var minutes in new[] { 2, 4, 8, 16, 32, 64, 64 })
        {
            await _blocks.AddAsync("gcp", "gone", TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromSeconds(1));
            Assert.True(await IsBlockedAsync(), $"after {minutes} minutes less a second");
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(await IsBlockedAsync(), $"after {minutes} minutes");
        }
        // Well for five times as long as it was left alone: as if nothing had been.
        _time.Advance(TimeSpan.FromMinutes(5 * 64));
        await _blocks.AddAsync("gcp", "gone", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(await IsBlockedAsync());
    }

    [Fact]
    public async Task Clouds_BesideSeveralMachinesOfThem_AreToldByThemselves()
    {
        await LoseMachineAsync(spot: true);
        await LoseMachineAsync(spot: false);
        Assert.Empty(await _blocks.CloudsAsync(TestContext.Current.CancellationToken));
        await _blocks.AddAsync("gcp", "gone", TestContext.Current.CancellationToken);
        Assert.Equal("gone", Assert.Single(await _blocks.CloudsAsync(TestContext.Current.CancellationToken)).Value.Reason);
        Assert.Equal(2, (await _blocks.MachinesAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Machine_TakenAway_IsLeftAloneWhereItWasAndAsItWas()
    {
        await LoseMachineAsync(spot: true);
        Assert.Equal(Offer with { SpotPrice = null }, await LeftAsync());
        Assert.False(await IsBlockedAsync());
        await LoseMachineAsync(spot: false);
        Assert.Null(await LeftAsync());
        var machines = await _blocks.MachinesAsync(TestContext.Current.CancellationToken);
        foreach (var other in new[] { Offer with { Region = "us-east1" }, Offer with { Sku = "n2-c" }, Offer with { Cloud = "aws" } }) Assert.Equal(other, Blocks.Left(other, machines));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Offer, await LeftAsync());
    }
}
