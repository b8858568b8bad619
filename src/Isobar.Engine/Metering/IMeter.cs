namespace Isobar.Engine.Metering;

/// <summary>Something used that a cloud would bill.</summary>
/// <param name="Realm">Whose bill: <c>aws</c>, <c>gcp</c>, <c>azure</c>, <c>onprem</c>.</param>
/// <param name="Region">Where.</param>
/// <param name="Service">Such as <c>training</c>, <c>hosting</c>, <c>batch</c>, <c>processing</c>, <c>storage</c>, <c>requests</c>, <c>transfer</c>.</param>
/// <param name="Sku">What of it: an instance type (<c>ml.m5.large</c>), <c>standard-storage</c>, …</param>
/// <param name="Unit"><c>instance-seconds</c>, <c>invocations</c>, <c>byte-hours</c>, <c>bytes</c>, <c>requests</c>.</param>
/// <param name="Quantity">How much, in that unit.</param>
/// <param name="Resource">The job, endpoint or bucket that used it.</param>
/// <param name="Time">When it was used (end of the interval).</param>
/// <param name="Tags">The resource's tags, for showback; may be empty.</param>
/// <param name="Spot">Whether at the spot price.</param>
public sealed record Usage(string Realm, string Region, string Service, string Sku, string Unit, double Quantity, string Resource, DateTimeOffset Time, IReadOnlyDictionary<string, string>? Tags = null, bool Spot = false);

/// <summary>A priced sum of usage.</summary>
/// <param name="Cost">US dollars; null where <c>data/prices</c> has no row for the SKU.</param>
public sealed record UsageCost(string Realm, string Region, string Service, string Sku, string Unit, double Quantity, string Resource, bool Spot, decimal? Cost);

/// <summary>The meter: posted to from anywhere through a bounded channel, stored durably in batches, priced from <c>data/prices</c> when asked.</summary>
public interface IMeter
{
    /// <summary>Queues a record; never blocks. When the channel is full, counts are merged, not lost.</summary>
    void Post(Usage usage);
    /// <summary>Waits until everything posted so far is stored.</summary>
    Task FlushAsync(CancellationToken ct = default);
    /// <summary>Sums of usage between two times, priced.</summary>
    Task<IReadOnlyList<UsageCost>> CostsAsync(DateTimeOffset from, DateTimeOffset to, string? realm = null, string? resource = null, CancellationToken ct = default);
}
