using Isobar.Clients.Harness;

namespace Isobar.Clients.S3;

public sealed class S3PythonTests(ServerFixture server)
{
    [Fact]
    public async Task S3_EveryFlowOfBoto3_Holds() => Assert.Contains("clean_up", await PythonClient.RunAsync(server, "s3.py"));
}
