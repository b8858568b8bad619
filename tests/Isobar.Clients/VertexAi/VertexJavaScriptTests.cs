using Isobar.Clients.Harness;

namespace Isobar.Clients.VertexAi;

public sealed class VertexJavaScriptTests(ServerFixture server)
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task VertexAi_EveryFlowOfTheJavaScriptClient_Holds(string transport) => Assert.Contains("cleanUp", await NodeClient.RunAsync(server, "vertex.mjs", transport));
}
