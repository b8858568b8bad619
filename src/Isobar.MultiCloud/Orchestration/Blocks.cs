using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>Clouds that failed and are left alone for a while; forgiven in time.</summary>
public sealed class Blocks(IControlStore store, ControlPlaneOptions options, TimeProvider time)
{
    /// <summary>The clouds that are blocked now.</summary>
    public async Task<IReadOnlyList<string>> NowAsync(CancellationToken ct = default) =>
        [.. (await ListAsync(ct).ConfigureAwait(false)).Select(b => b.Cloud)];

    /// <summary>The blocks of now.</summary>
    public async Task<IReadOnlyList<Block>> ListAsync(CancellationToken ct = default)
    {
        var now = time.GetUtcNow();
        return [.. (await store.ListAsync(Kinds.Blocks, "", ct).ConfigureAwait(false)).Select(b => b.Value).Where(b => b.Until > now)];
    }

    internal Task AddAsync(string cloud, string reason, CancellationToken ct) => store.PutAsync(Kinds.Blocks, cloud, new Block(cloud, time.GetUtcNow() + options.BlockFor, reason), ct);
}
