using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMakerRuntime;

public sealed class GatewayJavaScriptTests(ServerFixture server)
{
    [Fact]
    public async Task Service_AskedInSageMakersWords_AnswersWholeAndInEvents() => Assert.Contains("ok", await NodeClient.RunAsync(server, "sagemaker-gateway.mjs", server.Addresses.Control));
}
