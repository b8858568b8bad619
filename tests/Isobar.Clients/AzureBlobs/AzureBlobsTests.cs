using Isobar.Clients.Harness;

namespace Isobar.Clients.AzureBlobs;

public sealed class AzureBlobsTests(ServerFixture server)
{
    [Fact]
    public async Task Blobs_EveryFlowOfTheJavaScriptClient_Holds() => Assert.Contains("listings", await NodeClient.RunAsync(server, "azure-blobs.mjs"));

    [Fact]
    public async Task Blobs_AppendsLeasesSnapshotsTagsAndBatchesOfTheJavaScriptClient_Hold() => Assert.Contains("access", await NodeClient.RunAsync(server, "azure-blobs-more.mjs"));

    [Fact]
    public async Task Blobs_ThePythonClient_Holds() => Assert.Contains("done", await PythonClient.AzureAsync(server, "azure_blobs.py"));
}
