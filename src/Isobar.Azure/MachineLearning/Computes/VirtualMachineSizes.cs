using System.Globalization;
using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Engine.Metering;

namespace Isobar.Azure.MachineLearning.Computes;

/// <summary>The sizes of machines that can be asked for in a region: those whose prices are known. Nothing here is rationed, so there are no quotas and no usage of them.</summary>
internal sealed class VirtualMachineSizes(PriceList prices)
{
    public Task<ArmReply> ListAsync(ArmCall call)
    {
        var region = Locations.Canonical(call.Route("location"));
        var sizes = prices.All.Where(p => p.Cloud == "azure" && p.Region == region && p.Unit == "hour" && p.Vcpu is not null).OrderBy(p => p.Sku, StringComparer.OrdinalIgnoreCase);
        return Task.FromResult(ArmReply.Ok(new JsonObject { ["value"] = new JsonArray([.. sizes.Select(s => (JsonNode)Show(s))]) }));
    }

    public static Task<ArmReply> RefuseAsync(ArmCall call) => throw ArmFault.Unsupported($"{call.Http.Request.Path.Value?.Split('/')[^1]}: this machine rations no cores, so there are no quotas and no usage of them.", "location");

    private static JsonObject Show(Price size)
    {
        var costs = new JsonArray(Cost(size.Value, "Standard"));
        if (size.SpotPrice is { } spot) costs.Add((JsonNode)Cost(spot, "LowPriority"));
        return new JsonObject
        {
            ["name"] = size.Sku,
            ["vCPUs"] = (int)size.Vcpu!.Value,
            ["gpus"] = size.Accelerator is { } accelerator && int.TryParse(accelerator.Split('x')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0,
            ["memoryGB"] = size.MemoryGib,
            ["lowPriorityCapable"] = size.SpotPrice is not null,
            ["estimatedVMPrices"] = new JsonObject { ["billingCurrency"] = "USD", ["unitOfMeasure"] = "OneHour", ["values"] = costs },
            ["supportedComputeTypes"] = new JsonArray("AmlCompute", "ComputeInstance"),
        };
    }

    private static JsonObject Cost(decimal price, string tier) => new() { ["retailPrice"] = price, ["osType"] = "Linux", ["vmTier"] = tier };
}
