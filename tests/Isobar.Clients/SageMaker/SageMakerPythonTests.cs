using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMaker;

public sealed class SageMakerPythonTests(ServerFixture server)
{
    [Fact]
    public async Task SageMaker_EveryFlowOfBoto3_Holds() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "sagemaker_flows.py"));

    [Fact]
    public async Task XgBoost_RankingAndSurvival_TrainAndAnswer() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "sagemaker_objectives.py"));

    [Fact]
    public async Task AutoMl_SearchDeployPredict_Holds() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "sagemaker_automl.py"));

    [Fact]
    public async Task Pipelines_DefinitionOfEightSteps_Runs() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "sagemaker_pipelines.py"));

    [Fact]
    public async Task Monitoring_DriftedTraffic_IsFound() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "sagemaker_monitoring.py"));
}
