using System.Text.Json.Serialization;

namespace Isobar.Server.Usage;

/// <summary>What was used, and what it would have cost.</summary>
/// <param name="Total">US dollars at list prices, of the rows that have a price.</param>
/// <param name="Unpriced">Rows whose price is not known; they are not in the total.</param>
public sealed record UsageReport(DateTimeOffset From, DateTimeOffset To, decimal Total, int Unpriced, IReadOnlyList<UsageRow> Rows);

/// <summary>One kind of usage of one resource.</summary>
/// <param name="Cost">US dollars; null where <c>data/prices</c> has no row.</param>
public sealed record UsageRow(string Cloud, string Region, string Service, string Resource, string Sku, string Unit, double Quantity, bool Spot, decimal? Cost);

/// <summary>How the report is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(UsageReport))]
public sealed partial class UsageJson : JsonSerializerContext;
