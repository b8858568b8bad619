using System.Text.Json.Nodes;
using Isobar.Azure.Blobs.Access;
using Isobar.Azure.Protocols;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Resources;

/// <summary>Storage accounts, as far as their keys go: every name is an account, in the group that is asked for it.</summary>
internal sealed class StorageAccounts(AccountKeys keys)
{
    private const string Account = ArmRoutes.Group + "/providers/Microsoft.Storage/storageAccounts/{accountName}";

    public static AzureService Service { get; } = new("Azure Storage accounts",
    [
        new("StorageAccounts_ListKeys", SupportLevel.Real, "every name is an account"),
        new("StorageAccounts_Create", SupportLevel.Unsupported),
        new("StorageAccounts_GetProperties", SupportLevel.Unsupported),
        new("StorageAccounts_List", SupportLevel.Unsupported),
        new("StorageAccounts_RegenerateKey", SupportLevel.Unsupported),
    ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var accounts = routes.ServiceProvider.GetRequiredService<StorageAccounts>();
        routes.MapArm("POST", Account + "/listKeys", accounts.KeysAsync);
    }

    private Task<ArmReply> KeysAsync(ArmCall call) => Task.FromResult(ArmReply.Ok(new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Of(call.Id.Name).Select(k => (JsonNode)new JsonObject { ["keyName"] = k.Name, ["value"] = k.Value, ["permissions"] = "FULL" })]),
    }));
}
