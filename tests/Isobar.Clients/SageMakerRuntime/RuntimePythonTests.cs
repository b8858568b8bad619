using Isobar.Clients.Harness;

namespace Isobar.Clients.SageMakerRuntime;

public sealed class RuntimePythonTests(ServerFixture server)
{
    [Fact]
    public async Task Runtime_EveryFlowOfBoto3_Holds() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "runtime_flows.py"));
}
