using Isobar.Clients.Harness;

namespace Isobar.Clients.GoogleStorage;

public sealed class GoogleStorageJavaScriptTests(ServerFixture server)
{
    [Fact]
    public async Task Storage_EveryFlowOfTheJavaScriptClient_Holds() => Assert.Contains("cleanUp", await NodeClient.RunAsync(server, "google-storage.mjs"));

    [Fact]
    public async Task Credentials_OfTheMadeUpAccount_BecomeTokens() => Assert.Contains("done", await NodeClient.RunAsync(server, "google-auth.mjs"));
}
