using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Clouds that failed, and machines that were taken away or not to be had. They are left alone for a while, longer each time, and forgiven in time.</summary>
public sealed class Blocks(IControlStore store, ControlPlaneOptions options, TimeProvider time)
{
    // Six times in a row is an hour with the default, and no block is longer.
    private const int MostDoublings = 5;
    // What has been well for so many times as long as it was left alone is no longer remembered.
    private const int ForgivenAfter = 5;

    /// <summary>The clouds that are blocked now.</summary>
    public async Task<IReadOnlyList<string>> NowAsync(CancellationToken ct = default) => [.. (await CloudsAsync(ct).ConfigureAwait(false)).Keys];

    /// <summary>The blocks of whole clouds, by their names.</summary>
    public async Task<IReadOnlyDictionary<string, Block>> CloudsAsync(CancellationToken ct = default) => (await ListAsync(ct).ConfigureAwait(false)).Where(b => b.Sku is null).ToDictionary(b => b.Cloud);

    /// <summary>The machines that are blocked now, in clouds that need not be.</summary>
    public async Task<IReadOnlyList<Block>> MachinesAsync(CancellationToken ct = default) => [.. (await ListAsync(ct).ConfigureAwait(false)).Where(b => b.Sku is not null)];

    /// <summary>The blocks of now, of clouds and of machines.</summary>
    public async Task<IReadOnlyList<Block>> ListAsync(CancellationToken ct = default)
    {
        var now = time.GetUtcNow();
        return [.. (await store.ListAsync(Kinds.Blocks, "", ct).ConfigureAwait(false)).Select(b => b.Value).Where(b => b.Until > now)];
    }

    /// <summary>What is left of an offer beside the blocks: its price on demand where only its interruptible capacity is blocked, and null where it is not to be had at all.</summary>
    internal static Offer? Left(Offer offer, IReadOnlyList<Block> machines)
    {
        foreach (var block in machines)
        {
            if (block.Cloud != offer.Cloud || block.Region != offer.Region || block.Sku != offer.Sku) continue;
            if (!block.Spot) return null;
            offer = offer with { SpotPrice = null };
        }
        return offer;
    }

    internal Task AddAsync(string cloud, string reason, CancellationToken ct) => AddAsync(cloud, new Block(cloud, default, reason), ct);

    internal Task AddMachineAsync(string cloud, string region, string sku, bool spot, string reason, CancellationToken ct) =>
        AddAsync($"{cloud}/{region}/{sku}{(spot ? "/spot" : "")}", new Block(cloud, default, reason, Region: region, Sku: sku, Spot: spot), ct);

    private async Task AddAsync(string id, Block block, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var times = (await store.GetAsync(Kinds.Blocks, id, ct).ConfigureAwait(false))?.Value is { } last && now < last.Until + ForgivenAfter * For(last.Times) ? last.Times + 1 : 1;
        await store.PutAsync(Kinds.Blocks, id, block with { Times = times, Until = now + For(times) }, ct).ConfigureAwait(false);
    }

    private TimeSpan For(int times) => options.BlockFor * Math.Pow(2, Math.Min(times - 1, MostDoublings));
}
