using Isobar.Engine.Metering;
using Isobar.MultiCloud.Costs;

namespace Isobar.Server.Control;

/// <summary>The emulators' meters. What a real account was billed is told by its vendor alone, and not here.</summary>
internal sealed class MeteredUsage(IMeter meter) : IUsage
{
    public async Task<IReadOnlyList<UsageLine>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) =>
        [.. (await meter.CostsAsync(from, to, ct: ct).ConfigureAwait(false)).Select(c => new UsageLine(c.Realm, c.Region, c.Service, c.Resource, c.Sku, c.Unit, c.Quantity, c.Spot, c.Cost))];
}
