using System.Globalization;
using CsvHelper;
using Isobar.Engine.Metering;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Placement;

namespace Isobar.Server.Control;

/// <summary>The published prices, under the names of this server's clouds.</summary>
internal sealed class PriceTable : IPriceTable
{
    private readonly IClouds _clouds;
    private readonly PriceList _list;
    private readonly Dictionary<string, RegionFacts[]> _facts;

    public PriceTable(IClouds clouds, PriceList list)
    {
        (_clouds, _list) = (clouds, list);
        using var reader = new StreamReader(typeof(PriceTable).Assembly.GetManifestResourceStream("regions.csv")!);
        using var csv = new CsvReader(reader, CultureInfo.InvariantCulture);
        var facts = new List<RegionFacts>();
        csv.Read();
        csv.ReadHeader();
        while (csv.Read()) facts.Add(new RegionFacts(csv["cloud"]!, csv["region"]!, csv["areas"]!.Split(' '), Number(csv["carbon_g_per_kwh"]), Number(csv["latitude"]), Number(csv["longitude"])));
        _facts = facts.GroupBy(f => f.Cloud).ToDictionary(g => g.Key, g => g.ToArray());

        static double? Number(string? text) => string.IsNullOrEmpty(text) ? null : double.Parse(text, CultureInfo.InvariantCulture);
    }

    public IReadOnlyList<RegionFacts> Regions =>
        [.. _clouds.All.SelectMany(c => _facts.GetValueOrDefault(c.Kind, []).Where(f => f.Region == c.Region).Select(f => f with { Cloud = c.Name }))];

    public IReadOnlyList<EgressPrice> Egress => [.. _clouds.All.Where(c => c.Kind != "onprem").Select(c => new EgressPrice(c.Name, Gigabyte(c, "inter-region"), Gigabyte(c, "internet")))];

    public IReadOnlyList<Commitment> Commitments => [.. _clouds.All.SelectMany(c => _list.All.Where(p => p.Cloud == c.Kind && p.Service == "commitment" && p.Unit == "share").Select(p => new Commitment(c.Name, p.Sku, p.Value)))];

    public IReadOnlyList<Offer> Offers(string use) => [.. _clouds.All.SelectMany(c => c.Kind == "onprem" ? [Machine(c.Name, c.Region)] : Rented(c, use))];

    private IEnumerable<Offer> Rented(CloudEntry cloud, string use) => _list.All
        .Where(p => p.Cloud == cloud.Kind && p.Region == cloud.Region && p.Unit == "hour" && (p.Service == "*" || p.Service == use) && p is { Vcpu: not null, MemoryGib: not null })
        .Select(p => Of(p, cloud.Name));

    private static Offer Of(Price price, string cloud)
    {
        // Written as "4x NVIDIA T4": how many, whose, which.
        var words = price.Accelerator?.Split(' ') ?? [];
        return new Offer(cloud, price.Region, price.Sku, price.Vcpu!.Value, price.MemoryGib!.Value, price.Value, price.SpotPrice)
        {
            Accelerator = words.Length > 0 ? words[^1] : null,
            Accelerators = words.Length > 0 && int.TryParse(words[0].TrimEnd('x'), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0,
        };
    }

    // What stands here is paid for already.
    private static Offer Machine(string cloud, string region) => new(cloud, region, "local", Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30), 0);

    private decimal Gigabyte(CloudEntry cloud, string to) =>
        (_list.Find(cloud.Kind, cloud.Region, "transfer", to, "gb") ?? _list.All.FirstOrDefault(p => p.Cloud == cloud.Kind && p.Service == "transfer" && p.Sku == to))?.Value ?? 0;
}
