using Isobar.Clients.Harness;

namespace Isobar.Clients.VertexAi;

public sealed class GatewayVertexTests(ServerFixture server)
{
    [Fact]
    public async Task Service_AskedOverGrpc_AnswersAsVertexAiDoes() => Assert.Contains("ok", await NodeClient.RunAsync(server, "vertex-gateway.mjs", server.Addresses.Control));
}
