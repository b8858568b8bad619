namespace Isobar.MultiCloud.Costs;

/// <summary>Something used, priced.</summary>
/// <param name="Cost">US dollars; null where no price is known.</param>
public sealed record UsageLine(string Cloud, string Region, string Service, string Resource, string Sku, string Unit, double Quantity, bool Spot, decimal? Cost);

/// <summary>What the clouds say was used.</summary>
public interface IUsage
{
    /// <summary>Sums between two times.</summary>
    Task<IReadOnlyList<UsageLine>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default);
}
