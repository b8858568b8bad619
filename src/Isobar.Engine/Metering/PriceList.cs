using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Isobar.Engine.Metering;

/// <summary>A row of <c>data/prices</c>.</summary>
/// <param name="Service">A service of <see cref="Usage"/>, or <c>*</c> for all that have instances.</param>
/// <param name="Sku">What is priced, or <c>*</c> for all of the service.</param>
/// <param name="Value">US dollars for one <paramref name="Unit"/>.</param>
/// <param name="Unit"><c>hour</c>, <c>gb-month</c>, <c>gb</c>, <c>1000-requests</c>, <c>request</c>, or <c>share</c> of another price.</param>
/// <param name="SpotPrice">The price of interruptible capacity, where one is known.</param>
/// <param name="Source">Where the number was published.</param>
/// <param name="Date">When it was read there.</param>
public sealed record Price(string Cloud, string Region, string Service, string Sku, double? Vcpu, double? MemoryGib, string? Accelerator, decimal Value, string Unit, decimal? SpotPrice, string Source, string Date);

/// <summary>The published prices that ship with the program.</summary>
public sealed class PriceList
{
    private const double HoursPerMonth = 730;
    private const double BytesPerGib = 1L << 30;
    private readonly Dictionary<(string, string, string, string, string), Price> _prices = [];

    /// <summary>Makes a list of the rows given; a later row replaces an earlier one of the same key.</summary>
    public PriceList(IEnumerable<Price> prices)
    {
        foreach (var price in prices) _prices[(price.Cloud, price.Region, price.Service, price.Sku, price.Unit)] = price;
    }

    /// <summary>All rows.</summary>
    public IReadOnlyCollection<Price> All => _prices.Values;

    /// <summary>Reads the tables embedded in this assembly. <see cref="InvalidDataException"/> names each row that is not as it must be.</summary>
    public static PriceList Load()
    {
        var assembly = typeof(PriceList).Assembly;
        var rows = assembly.GetManifestResourceNames().Where(n => n.StartsWith("prices/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).SelectMany(n =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(n)!);
            return Read(reader, n);
        }).ToList();
        PriceRules.CheckDistinct(rows);
        return new PriceList(rows);
    }

    /// <summary>Reads a table: <c>cloud,region,service,sku,vcpu,memory_gib,accelerator,price,unit,spot_price,source,date</c>.</summary>
    /// <param name="name">What the table is called in a complaint.</param>
    public static IReadOnlyList<Price> Read(TextReader reader, string name = "the table")
    {
        using var csv = new CsvReader(reader, new CsvConfiguration(CultureInfo.InvariantCulture) { MissingFieldFound = null });
        var (prices, faults) = (new List<Price>(), new List<string>());
        csv.Read();
        csv.ReadHeader();
        while (csv.Read())
        {
            if (Number(csv["price"]) is not { } value)
            {
                faults.Add($"{name}, line {csv.Parser.RawRow}: the price '{csv["price"]}' is no number");
                continue;
            }
            var price = new Price(
                csv["cloud"] ?? "", csv["region"] ?? "", csv["service"] ?? "", csv["sku"] ?? "", (double?)Number(csv["vcpu"]), (double?)Number(csv["memory_gib"]), csv["accelerator"] is { Length: > 0 } a ? a : null,
                value, csv["unit"] ?? "", Number(csv["spot_price"]), csv["source"] ?? "", csv["date"] ?? "");
            faults.AddRange(PriceRules.Faults(price).Select(f => $"{name}, line {csv.Parser.RawRow}: {f}"));
            prices.Add(price);
        }
        return faults.Count == 0 ? prices : throw new InvalidDataException(string.Join("; ", faults));

        static decimal? Number(string? text) => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The row of a SKU, or null where none is known.</summary>
    public Price? Find(string cloud, string region, string service, string sku, string unit) =>
        _prices.GetValueOrDefault((cloud, region, service, sku, unit)) ?? _prices.GetValueOrDefault((cloud, region, "*", sku, unit)) ?? _prices.GetValueOrDefault((cloud, region, service, "*", unit)) ?? _prices.GetValueOrDefault((cloud, "*", service, "*", unit));

    /// <summary>Prices usage; null where no price is known.</summary>
    public decimal? Cost(string cloud, string region, string service, string sku, string unit, double quantity, bool spot)
    {
        (string Unit, double Quantity)[] forms = unit switch
        {
            "instance-seconds" => [("hour", quantity / 3600)],
            "byte-hours" => [("gb-month", quantity / BytesPerGib / HoursPerMonth)],
            "bytes" => [("gb", quantity / BytesPerGib)],
            "requests" or "invocations" => [("1000-requests", quantity / 1000), ("request", quantity)],
            _ => [(unit, quantity)],
        };
        foreach (var (priced, amount) in forms)
        {
            if (Find(cloud, region, service, sku, priced) is not { } price) continue;
            return (spot ? price.SpotPrice ?? price.Value : price.Value) * (decimal)amount;
        }
        return null;
    }
}
