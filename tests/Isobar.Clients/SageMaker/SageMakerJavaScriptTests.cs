using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMaker;

public sealed class SageMakerJavaScriptTests(ServerFixture server)
{
    [Fact]
    public async Task SageMaker_EveryFlowOfTheJavaScriptSdk_Holds() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "sagemaker.mjs"));

    [Fact]
    public async Task AutoMlAndPipelines_OfTheJavaScriptSdk_Hold() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "automl.mjs"));

    [Fact]
    public async Task AutoMlOfPicturesAndSeries_OfTheJavaScriptSdk_Holds() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "automl-kinds.mjs"));

    [Fact]
    public async Task Hosting_OfTheJavaScriptSdk_Holds() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "sagemaker-hosting.mjs"));

    [Fact]
    public async Task Tuning_OfTheJavaScriptSdk_Holds() => Assert.Contains("all flows held", await NodeClient.RunAsync(server, "sagemaker-tuning.mjs"));
}
