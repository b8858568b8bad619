using Isobar.Clients.Harness;

namespace Isobar.Clients.Sweep;

public sealed class OperationSweepTests(ServerFixture server)
{
    [Fact]
    public async Task EveryOperationOfBotocore_AnswersInItsServicesEnvelope() => Assert.Contains("all flows held", await PythonClient.RunAsync(server, "unsupported_sweep.py"));
}
