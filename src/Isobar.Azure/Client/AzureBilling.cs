using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Azure.Client;

/// <summary>Cost Management's query, over the resource group of the workspace.</summary>
internal sealed class AzureBilling(ArmCalls calls) : IBilling
{
    private const string ApiVersion = "2022-10-01";
    private const int MostPages = 200;

    public async Task<Result<IReadOnlyList<BilledCost>>> ReadAsync(DateOnly from, DateOnly to, CancellationToken ct = default)
    {
        var path = $"/subscriptions/{calls.Options.Subscription}/resourceGroups/{calls.Options.ResourceGroup}/providers/Microsoft.CostManagement/query?api-version={ApiVersion}";
        var all = new List<BilledCost>();
        for (var page = 0; page < MostPages; page++)
        {
            // The last day is part of the period here.
            var query = new JsonObject
            {
                ["type"] = "ActualCost",
                ["timeframe"] = "Custom",
                ["timePeriod"] = new JsonObject { ["from"] = $"{from:yyyy-MM-dd}T00:00:00Z", ["to"] = $"{to.AddDays(-1):yyyy-MM-dd}T23:59:59Z" },
                ["dataset"] = new JsonObject
                {
                    ["granularity"] = "Daily",
                    ["aggregation"] = new JsonObject { ["totalCost"] = new JsonObject { ["name"] = "Cost", ["function"] = "Sum" } },
                    ["grouping"] = new JsonArray(new JsonObject { ["type"] = "Dimension", ["name"] = "ServiceName" }, new JsonObject { ["type"] = "Dimension", ["name"] = "ResourceId" }),
                },
            };
            if (!(await calls.CallAsync(HttpMethod.Post, path, query, ct).ConfigureAwait(false)).TryGet(out var reply, out var error)) return error;
            if (!Read(reply).TryGet(out var costs, out error)) return error;
            all.AddRange(costs);
            if (reply["properties"]?["nextLink"]?.GetValue<string>() is not { Length: > 0 } next) return all;
            // The next page is asked for by the same question at another address of the same service.
            path = new Uri(next).PathAndQuery;
        }
        return new Error(ErrorCode.ResourceExhausted, $"Cost Management has more than {MostPages} pages for {from:yyyy-MM-dd} to {to:yyyy-MM-dd}: ask for fewer days.");
    }

    // Rows are told by columns, whose order is the service's own.
    private static Result<IReadOnlyList<BilledCost>> Read(JsonObject reply)
    {
        var columns = (reply["properties"]?["columns"] as JsonArray ?? []).Select(c => c!["name"]!.GetValue<string>()).ToList();
        int At(string name) => columns.FindIndex(c => c.Equals(name, StringComparison.OrdinalIgnoreCase));
        var (cost, day, service, resource, currency) = (At("Cost"), At("UsageDate"), At("ServiceName"), At("ResourceId"), At("Currency"));
        if (cost < 0 || day < 0 || service < 0 || resource < 0 || currency < 0) return new Error(ErrorCode.DataLoss, $"Cost Management answered with the columns {string.Join(", ", columns)}, not with those that were asked for.");
        return Result<IReadOnlyList<BilledCost>>.Ok([.. (reply["properties"]!["rows"] as JsonArray ?? []).Select(r => r!.AsArray()).Select(r => new BilledCost(
            // A whole number such as 20261125.
            DateOnly.ParseExact(r[day]!.ToString(), "yyyyMMdd", CultureInfo.InvariantCulture), r[service]!.ToString(), r[resource]!.ToString()[(r[resource]!.ToString().LastIndexOf('/') + 1)..],
            decimal.Parse(r[cost]!.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture), r[currency]!.ToString())).Where(c => c.Amount != 0)]);
    }
}
