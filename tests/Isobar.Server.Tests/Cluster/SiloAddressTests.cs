using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Isobar.Server.Cluster;

namespace Isobar.Server.Tests.Cluster;

public sealed class SiloAddressTests
{
    private static readonly ClusterOptions Local = new() { Connection = "Host=127.0.0.1;Database=isobar" };

    [Fact]
    public void Choose_OneAddressListenedOn_IsThatOne() => Assert.Equal(IPAddress.Parse("10.1.2.3"), SiloAddress.Choose(IPAddress.Parse("10.1.2.3"), Local));

    [Fact]
    public void Choose_AnAddressThatWasSaid_GoesBeforeAll() => Assert.Equal(IPAddress.Parse("10.9.9.9"), SiloAddress.Choose(IPAddress.Any, Local with { Advertise = IPAddress.Parse("10.9.9.9") }));

    [Theory]
    [InlineData("Host=127.0.0.1")]
    [InlineData("Host=127.0.0.1:6543,10.0.0.2;Port=5432")]
    [InlineData("Host=/var/run/postgresql")]
    [InlineData("Host=no-such-host.invalid")]
    public void Choose_AllAddressesAndADatabaseHere_IsLoopback(string connection) => Assert.Equal(IPAddress.Loopback, SiloAddress.Choose(IPAddress.Any, new ClusterOptions { Connection = connection }));

    [Fact]
    public void Choose_AllAddressesAndADatabaseOnTheNetwork_IsTheMachinesOwn()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address).FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        Assert.SkipWhen(own is null, "This machine has no address on a network.");
        Assert.Equal(own, SiloAddress.Choose(IPAddress.Any, new ClusterOptions { Connection = $"Host={own};Database=isobar" }));
    }
}
