using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Aws.Client;

/// <summary>Cost Explorer's GetCostAndUsage: one service for all regions, which lies in us-east-1.</summary>
internal sealed class AwsBilling(AwsTransport transport) : IBilling
{
    private const string Metric = "UnblendedCost", Home = "us-east-1";
    private const int MostPages = 200;

    public async Task<Result<IReadOnlyList<BilledCost>>> ReadAsync(DateOnly from, DateOnly to, CancellationToken ct = default)
    {
        var all = new List<BilledCost>();
        string? next = null;
        for (var page = 0; page < MostPages; page++)
        {
            var request = new JsonObject
            {
                ["TimePeriod"] = new JsonObject { ["Start"] = Day(from), ["End"] = Day(to) },
                ["Granularity"] = "DAILY",
                ["Metrics"] = new JsonArray(Metric),
                ["GroupBy"] = new JsonArray(new JsonObject { ["Type"] = "DIMENSION", ["Key"] = "SERVICE" }, new JsonObject { ["Type"] = "DIMENSION", ["Key"] = "USAGE_TYPE" }),
            };
            if (next is not null) request["NextPageToken"] = next;
            if (!(await CallAsync(request, ct)).TryGet(out var reply, out var error)) return error;
            all.AddRange(Read(reply));
            next = reply["NextPageToken"]?.GetValue<string>();
            if (string.IsNullOrEmpty(next)) return all;
        }
        return new Error(ErrorCode.ResourceExhausted, $"Cost Explorer has more than {MostPages} pages for {Day(from)} to {Day(to)}: ask for fewer days.");
    }

    private static IEnumerable<BilledCost> Read(JsonObject reply) =>
        from day in (reply["ResultsByTime"] as JsonArray ?? []).OfType<JsonObject>()
        let at = DateOnly.ParseExact(day["TimePeriod"]!["Start"]!.GetValue<string>(), "yyyy-MM-dd", CultureInfo.InvariantCulture)
        from @group in (day["Groups"] as JsonArray ?? []).OfType<JsonObject>()
        let keys = @group["Keys"]!.AsArray()
        let cost = @group["Metrics"]![Metric]!
        let amount = decimal.Parse(cost["Amount"]!.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture)
        where amount != 0
        select new BilledCost(at, keys[0]!.GetValue<string>(), keys[1]!.GetValue<string>(), amount, cost["Unit"]!.GetValue<string>());

    private async Task<Result<JsonObject>> CallAsync(JsonObject request, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(request);
        using var message = new HttpRequestMessage(HttpMethod.Post, transport.Address("ce", "/", Home)) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.1");
        message.Headers.TryAddWithoutValidation("X-Amz-Target", "AWSInsightsIndexService.GetCostAndUsage");
        if (!(await transport.SendAsync(AwsClientRegistration.Repeatable, "ce", message, AwsTransport.Hash(body), ct, Home)).TryGet(out var reply, out var error)) return error;
        using (reply) return (JsonObject)JsonNode.Parse(await reply.Content.ReadAsByteArrayAsync(ct))!;
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
