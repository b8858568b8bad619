using System.Globalization;
using System.Text.RegularExpressions;

namespace Isobar.Engine.Metering;

/// <summary>What a row of <c>data/prices</c> must be: a wrong price is worse than none, as it is believed.</summary>
internal static partial class PriceRules
{
    private static readonly string[] Units = ["hour", "gb-month", "gb", "1000-requests", "request", "share"];

    /// <summary>What is wrong with a row.</summary>
    public static IEnumerable<string> Faults(Price price)
    {
        foreach (var (name, value) in new[] { ("cloud", price.Cloud), ("region", price.Region), ("service", price.Service), ("sku", price.Sku), ("source", price.Source) })
            if (string.IsNullOrWhiteSpace(value)) yield return $"the {name} is missing";
        if (price.Value < 0) yield return $"the price {price.Value} is below 0";
        if (!Units.Contains(price.Unit)) yield return $"the unit '{price.Unit}' is none of {string.Join(", ", Units)}";
        // Catalogues list such: the one of the two is of another time or another machine.
        if (price.SpotPrice > price.Value) yield return $"the spot price {price.SpotPrice} lies above the price on demand, {price.Value}";
        if (price.SpotPrice <= 0) yield return $"the spot price {price.SpotPrice} is not above 0";
        if (price.Unit == "hour" && price.Sku != "*" && (price.Vcpu is not > 0 || price.MemoryGib is not > 0)) yield return $"{price.Sku} is a machine without vcpu or memory_gib";
        if (price.Accelerator is { } accelerator && !Accelerator().IsMatch(accelerator)) yield return $"the accelerator '{accelerator}' is not written as '4x NVIDIA T4'";
        if (!DateOnly.TryParseExact(price.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) yield return $"the date '{price.Date}' is not written as 2026-11-25";
    }

    /// <summary>Refuses two prices of the same.</summary>
    public static void CheckDistinct(IReadOnlyList<Price> prices)
    {
        var twice = prices.GroupBy(p => (p.Cloud, p.Region, p.Service, p.Sku, p.Unit)).Where(g => g.Count() > 1).Select(g => $"{g.Key.Sku} for {g.Key.Service} in {g.Key.Cloud} {g.Key.Region} stands {g.Count()} times").ToList();
        if (twice.Count > 0) throw new InvalidDataException(string.Join("; ", twice));
    }

    [GeneratedRegex("^[1-9][0-9]*x [A-Za-z]+ [A-Za-z0-9-]+$", RegexOptions.None, 1000)]
    private static partial Regex Accelerator();
}
