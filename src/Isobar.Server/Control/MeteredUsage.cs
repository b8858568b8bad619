using System.Collections.Concurrent;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Engine.Metering;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Microsoft.Extensions.Logging;

namespace Isobar.Server.Control;

/// <summary>The emulators' meters, here and elsewhere, and what the vendors have billed the accounts beside them.</summary>
internal sealed partial class MeteredUsage(IMeter meter, MetersElsewhere elsewhere, IClouds clouds, TimeProvider time, ILogger<MeteredUsage> log) : IUsage
{
    /// <summary>A question costs money, and the answer is hours old anyway.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<(string Cloud, DateOnly From, DateOnly To), (DateTimeOffset At, IReadOnlyList<UsageLine> Lines)> _billed = new();

    public async Task<IReadOnlyList<UsageLine>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var lines = (await meter.CostsAsync(from, to, ct: ct).ConfigureAwait(false)).Select(c => new UsageLine(c.Realm, c.Region, c.Service, c.Resource, c.Sku, c.Unit, c.Quantity, c.Spot, c.Cost)).ToList();
        lines.AddRange(await elsewhere.ReadAsync(from, to, ct).ConfigureAwait(false));
        foreach (var cloud in clouds.All.Where(c => !c.Emulated && c.Cloud.Billing is not null)) lines.AddRange(await BilledAsync(cloud, from, to, ct).ConfigureAwait(false));
        return lines;
    }

    private async Task<IReadOnlyList<UsageLine>> BilledAsync(CloudEntry cloud, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        // Bills know days alone.
        var (first, behind) = (DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(to.UtcDateTime).AddDays(1));
        var (key, now) = ((cloud.Name, first, behind), time.GetUtcNow());
        if (_billed.TryGetValue(key, out var kept) && now - kept.At < KeptFor) return kept.Lines;
        foreach (var old in _billed.Where(b => now - b.Value.At >= KeptFor).Select(b => b.Key).ToList()) _billed.TryRemove(old, out _);
        var read = await cloud.Cloud.Billing!.ReadAsync(first, behind, ct).ConfigureAwait(false);
        if (!read.TryGet(out var costs, out var error))
        {
            LogUnread(log, cloud.Name, error.Message);
            // A bill that cannot be read is a cost that is not known: it is told as such.
            IReadOnlyList<UsageLine> unknown = [new(cloud.Name, cloud.Region, "billing", "bill", "*", "bill", 1, false, null)];
            // Not asked again at every turn.
            _billed[key] = (now - KeptFor + TimeSpan.FromMinutes(5), unknown);
            return unknown;
        }
        // Other currencies are not added to dollars.
        IReadOnlyList<UsageLine> lines = [.. costs.Select(c => new UsageLine(cloud.Name, cloud.Region, c.Service, c.What, c.What, "bill", 1, false, c.Currency == "USD" ? c.Amount : null))];
        _billed[key] = (now, lines);
        return lines;
    }

    [LoggerMessage(LogLevel.Warning, "The bill of {Cloud} could not be read: {Why}")]
    private static partial void LogUnread(ILogger logger, string cloud, string why);
}
