using Isobar.Clients.Harness;

namespace Isobar.Clients.AzureBlobs;

public sealed class AzureBlobsTests(ServerFixture server)
{
    [Fact]
    public async Task Blobs_EveryFlowOfTheJavaScriptClient_Holds() => Assert.Contains("listings", await NodeClient.RunAsync(server, "azure-blobs.mjs"));
}
