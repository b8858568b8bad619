using Isobar.Clients.Harness;

namespace Isobar.Clients.CloudWatch;

public sealed class CloudWatchTests(ServerFixture server)
{
    [Fact]
    public async Task Metrics_Boto3_FlowsHold() => Assert.Contains("ok", await PythonClient.RunAsync(server, "cloudwatch.py"));

    [Fact]
    public async Task Metrics_JavaScriptOverCbor_FlowsHold() => Assert.Contains("ok", await NodeClient.RunAsync(server, "cloudwatch.mjs"));

    [Fact]
    public async Task Metrics_CommandLine_PutsAndLists()
    {
        await PythonClient.AwsAsync(server, "cloudwatch", "put-metric-data", "--namespace", "Shell", "--metric-name", "Jobs", "--value", "3", "--unit", "Count");

        Assert.Contains("Jobs", await PythonClient.AwsAsync(server, "cloudwatch", "list-metrics", "--namespace", "Shell"), StringComparison.Ordinal);
    }
}
