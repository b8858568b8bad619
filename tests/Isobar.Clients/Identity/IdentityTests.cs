using Isobar.Clients.Harness;

namespace Isobar.Clients.Identity;

public sealed class IdentityTests(ServerFixture server)
{
    [Fact]
    public async Task RolesTokensAndLogs_Boto3_FlowsHold() => Assert.Contains("ok", await PythonClient.RunAsync(server, "identity.py"), StringComparison.Ordinal);

    [Fact]
    public async Task RolesTokensAndLogs_JavaScript_FlowsHold() => Assert.Contains("ok", await NodeClient.RunAsync(server, "identity.mjs"), StringComparison.Ordinal);

    [Fact]
    public async Task Logs_CommandLine_WritesAndFilters()
    {
        await PythonClient.AwsAsync(server, "logs", "create-log-group", "--log-group-name", "/mine/shell");
        await PythonClient.AwsAsync(server, "logs", "create-log-stream", "--log-group-name", "/mine/shell", "--log-stream-name", "s");
        await PythonClient.AwsAsync(server, "logs", "put-log-events", "--log-group-name", "/mine/shell", "--log-stream-name", "s", "--log-events", $"timestamp={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()},message=hello");
        Assert.Contains("hello", await PythonClient.AwsAsync(server, "logs", "filter-log-events", "--log-group-name", "/mine/shell", "--filter-pattern", "hello"), StringComparison.Ordinal);
        Assert.Contains("000000000000", await PythonClient.AwsAsync(server, "sts", "get-caller-identity"), StringComparison.Ordinal);
    }
}
