using Isobar.Clients.Harness;

namespace Isobar.Clients.GoogleOperations;

public sealed class GoogleOperationsTests(ServerFixture server)
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task CloudMonitoring_OwnMetrics_AreDescribedWrittenAlignedAndReduced(string transport) => Assert.Contains("refused", await NodeClient.RunAsync(server, "cloud-monitoring.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task CloudLogging_WrittenEntries_AreListedTailedAndDeleted(string transport) => Assert.Contains("logsAndDeletion", await NodeClient.RunAsync(server, "cloud-logging.mjs", transport));
}
