using Isobar.Clients.Harness;

namespace Isobar.Clients.VertexAi;

public sealed class VertexPipelinesTests(ServerFixture server)
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task VertexAi_PipelinesAndMetadataOfTheJavaScriptClient_Hold(string transport) => Assert.Contains("allDone", await NodeClient.RunAsync(server, "vertex-pipelines.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task VertexAi_MetricsByStepOfTheJavaScriptClient_AreWrittenReadAndDeleted(string transport) => Assert.Contains("deletions", await NodeClient.RunAsync(server, "vertex-tensorboards.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task VertexAi_SchedulesOfTheJavaScriptClient_MakePipelineJobs(string transport) => Assert.Contains("takenDown", await NodeClient.RunAsync(server, "vertex-schedules.mjs", transport));
}
