using Isobar.Engine.Processes;

namespace Isobar.Engine.Tests.Processes;

public sealed class LocalAddressesTests
{
    private const string Then = "http://127.0.0.1:4588";

    [Fact]
    public async Task Renew_OtherPort_StandsInEveryValueThatNamedTheOldOne()
    {
        var addresses = new LocalAddresses();
        addresses.Set(new Dictionary<string, string> { ["gcp"] = "http://127.0.0.1:9999" });
        var variables = new Dictionary<string, string> { ["URL"] = Then + "/storage/v1/", ["HOST"] = "127.0.0.1:4588", ["OTHER"] = "http://example.com:4588" };
        await addresses.RenewAsync(variables, "gcp", Then, CancellationToken.None);
        Assert.Equal(["http://127.0.0.1:9999/storage/v1/", "127.0.0.1:9999", "http://example.com:4588"], [variables["URL"], variables["HOST"], variables["OTHER"]]);
    }

    [Fact]
    public async Task Renew_BeforeAnythingIsBound_Waits()
    {
        var (addresses, variables) = (new LocalAddresses(), new Dictionary<string, string> { ["URL"] = Then });
        var renewed = addresses.RenewAsync(variables, "gcp", Then, CancellationToken.None);
        Assert.False(renewed.IsCompleted);
        addresses.Set(new Dictionary<string, string> { ["gcp"] = "http://127.0.0.1:1" });
        await renewed;
        Assert.Equal("http://127.0.0.1:1", variables["URL"]);
    }

    [Fact]
    public async Task Renew_StoppedWhileItWaits_LeavesEverythingAsItIs()
    {
        using var stop = new CancellationTokenSource();
        var variables = new Dictionary<string, string> { ["URL"] = Then };
        var renewed = new LocalAddresses().RenewAsync(variables, "gcp", Then, stop.Token);
        await stop.CancelAsync();
        await renewed;
        Assert.Equal(Then, variables["URL"]);
    }
}
