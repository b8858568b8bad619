using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Aws.Client;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Tests.Client;

/// <summary>Cost Explorer, as its API's model describes questions and answers.</summary>
public sealed class BillingTests
{
    [Fact]
    public async Task Read_OverTwoPages_AsksTheOneServiceOfAllRegionsAndAddsUpDays()
    {
        var wire = new Explorer(
            """{"NextPageToken":"more","GroupDefinitions":[{"Type":"DIMENSION","Key":"SERVICE"},{"Type":"DIMENSION","Key":"USAGE_TYPE"}],"ResultsByTime":[{"TimePeriod":{"Start":"2026-11-01","End":"2026-11-02"},"Total":{},"Groups":[{"Keys":["Amazon SageMaker","USE1-Train:ml.m5.large"],"Metrics":{"UnblendedCost":{"Amount":"1.2500000000","Unit":"USD"}}},{"Keys":["Tax","NoUsageType"],"Metrics":{"UnblendedCost":{"Amount":"0","Unit":"USD"}}}],"Estimated":false}]}""",
            """{"ResultsByTime":[{"TimePeriod":{"Start":"2026-11-02","End":"2026-11-03"},"Total":{},"Groups":[{"Keys":["Amazon Simple Storage Service","TimedStorage-ByteHrs"],"Metrics":{"UnblendedCost":{"Amount":"4E-7","Unit":"USD"}}}],"Estimated":true}]}""");
        var cloud = (ICloud)new AwsCloud(new AwsTransport(new AwsClientOptions { Region = "eu-west-1", AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = "secret" }, wire, TimeProvider.System));
        var costs = (await cloud.Billing!.ReadAsync(new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 3), TestContext.Current.CancellationToken)).Value;
        Assert.Equal([new BilledCost(new DateOnly(2026, 11, 1), "Amazon SageMaker", "USE1-Train:ml.m5.large", 1.25m, "USD"), new BilledCost(new DateOnly(2026, 11, 2), "Amazon Simple Storage Service", "TimedStorage-ByteHrs", 0.0000004m, "USD")], costs);
        Assert.Equal("https://ce.us-east-1.amazonaws.com/", wire.Requests[0].Uri.ToString());
        Assert.Contains("/us-east-1/ce/aws4_request", wire.Requests[0].Authorization, StringComparison.Ordinal);
        Assert.Equal("AWSInsightsIndexService.GetCostAndUsage", wire.Requests[0].Target);
        Assert.Equal(("2026-11-01", "2026-11-03", null), ((string?)wire.Requests[0].Body["TimePeriod"]!["Start"], (string?)wire.Requests[0].Body["TimePeriod"]!["End"], (string?)wire.Requests[0].Body["NextPageToken"]));
        Assert.Equal("more", (string?)wire.Requests[1].Body["NextPageToken"]);
    }

    private sealed class Explorer(params string[] replies) : HttpMessageHandler, IHttpClientFactory
    {
        public List<(Uri Uri, string Target, string Authorization, JsonObject Body)> Requests { get; } = [];

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
        {
            Requests.Add((request.RequestUri!, request.Headers.GetValues("X-Amz-Target").Single(), request.Headers.GetValues("Authorization").Single(), JsonNode.Parse(await request.Content!.ReadAsStringAsync(ct))!.AsObject()));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(replies[Requests.Count - 1], Encoding.UTF8, "application/x-amz-json-1.1") };
        }
    }
}
