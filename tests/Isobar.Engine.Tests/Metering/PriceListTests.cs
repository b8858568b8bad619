using Isobar.Engine.Metering;

namespace Isobar.Engine.Tests.Metering;

/// <summary>What ships is whole, and what is not whole is refused by its line.</summary>
public sealed class PriceListTests
{
    private const string Header = "cloud,region,service,sku,vcpu,memory_gib,accelerator,price,unit,spot_price,source,date\n";

    [Theory]
    [InlineData("aws,r,*,m,2,4,,,hour,,s,2026-11-25", "no number")]
    [InlineData("aws,r,*,m,2,4,,1,hour,1.5,s,2026-11-25", "above the price on demand")]
    [InlineData("aws,r,*,m,,4,,1,hour,,s,2026-11-25", "without vcpu")]
    [InlineData("aws,,*,m,2,4,,1,hour,,s,2026-11-25", "region is missing")]
    [InlineData("aws,r,*,m,2,4,T4,1,hour,,s,2026-11-25", "4x NVIDIA T4")]
    [InlineData("aws,r,*,m,2,4,,1,day,,s,2026-11-25", "unit")]
    [InlineData("aws,r,*,m,2,4,,1,hour,,s,yesterday", "date")]
    public void Read_RowWithAFault_NamesItsLine(string row, string fault)
    {
        var refused = Assert.Throws<InvalidDataException>(() => PriceList.Read(new StringReader(Header + "aws,r,*,well,2,4,,1,hour,0.5,s,2026-11-25\n" + row)));
        Assert.Contains("line 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfWhatShips_HasMachinesAndAcceleratorsOfEveryCloud()
    {
        var all = PriceList.Load().All;
        foreach (var (cloud, accelerators) in new[] { ("aws", new[] { "T4", "A10G", "L4", "A100", "H100", "V100" }), ("gcp", ["L4", "A100", "H100"]), ("azure", ["T4", "V100", "A100", "A100-80GB", "H100"]) })
        {
            var machines = all.Where(p => p.Cloud == cloud && p.Unit == "hour").ToList();
            foreach (var accelerator in accelerators) Assert.Contains(machines, p => p.Accelerator?.EndsWith(" " + accelerator, StringComparison.Ordinal) == true);
            Assert.True(machines.Select(p => p.Region).Distinct().Count() > 1, cloud);
        }
    }

    [Theory]
    [InlineData("aws", "eu-west-1", "ml.m5.large")]
    [InlineData("gcp", "europe-west4", "n1-standard-4")]
    [InlineData("azure", "westeurope", "Standard_DS3_v2")]
    public void Cost_InvocationsOfAnEndpoint_AreFreeEverywhere(string cloud, string region, string sku) => Assert.Equal(0m, PriceList.Load().Cost(cloud, region, "hosting", sku, "invocations", 1000, spot: false));

    [Fact]
    public void Cost_OfWhatHasNoPrice_IsUnknown()
    {
        var prices = PriceList.Load();
        Assert.Null(prices.Cost("gcp", "us", "requests", "class-a", "requests", 1000, spot: false));
        Assert.Null(prices.Cost("aws", "eu-west-1", "training", "ml.m5.large", "instance-seconds", 3600, spot: false));
        Assert.Equal(0.005m, prices.Cost("gcp", "us-central1", "requests", "class-a", "requests", 1000, spot: false));
    }
}
