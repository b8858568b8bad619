using Isobar.Clients.Harness;

namespace Isobar.Clients.S3;

public sealed class S3JavaScriptTests(ServerFixture server)
{
    [Fact]
    public async Task S3_EveryFlowOfTheJavaScriptSdk_Holds() => Assert.Contains("cleanUp", await NodeClient.RunAsync(server, "s3.mjs"));
}
