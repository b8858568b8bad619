using Isobar.Clients.Harness;

namespace Isobar.Clients.VertexAi;

public sealed class VertexJavaScriptTests(ServerFixture server)
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task VertexAi_EveryFlowOfTheJavaScriptClient_Holds(string transport) => Assert.Contains("cleanUp", await NodeClient.RunAsync(server, "vertex.mjs", transport));

    [Fact]
    public async Task Predict_LateGivenUpCompressedAndLarge_IsAsGrpcHasIt() => Assert.Contains("takenDown", await NodeClient.RunAsync(server, "vertex-calls.mjs", "grpc"));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task Operations_PagesStreamsAndEtags_AreAsDocumented(string transport) => Assert.Contains("cancelled", await NodeClient.RunAsync(server, "vertex-operations.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task HyperparameterTuningJobs_BuiltInAndOwnCode_ReportTheirTrials(string transport) => Assert.Contains("refused", await NodeClient.RunAsync(server, "vertex-tuning.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task ModelDeploymentMonitoringJobs_UsualAndSkewedTraffic_AreToldApart(string transport) => Assert.Contains("refused", await NodeClient.RunAsync(server, "vertex-monitoring.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task Explain_TreesAndLinearModels_AttributionsAddUp(string transport) => Assert.Contains("typed", await NodeClient.RunAsync(server, "vertex-explain.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task TrainingPipelines_AutoMlAndOwnCode_EndInEvaluatedModels(string transport) => Assert.Contains("refused", await NodeClient.RunAsync(server, "vertex-automl.mjs", transport));

    [Theory]
    [InlineData("grpc")]
    [InlineData("rest")]
    public async Task TrainingPipelines_PicturesAndTimeSeries_AreLearned(string transport) => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "vertex-automl-kinds.mjs", transport));

    [Fact]
    public async Task LegacyAutoMl_OfItsJavaScriptClient_IsVertexUnderOlderNames() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "automl-v1.mjs", "grpc"));
}
