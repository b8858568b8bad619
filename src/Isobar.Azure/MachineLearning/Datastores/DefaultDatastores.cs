using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Datastores;

/// <summary>The datastores that every workspace is born with.</summary>
internal sealed class DefaultDatastores(ArmStore store)
{
    public const string Blobs = "workspaceblobstore", Artifacts = "workspaceartifactstore", Plural = "datastores";

    public async Task MakeAsync(ArmCall call, MlWorkspace workspace)
    {
        foreach (var name in new[] { Blobs, Artifacts })
        {
            var properties = new JsonObject
            {
                ["datastoreType"] = "AzureBlob",
                ["accountName"] = workspace.Account,
                ["containerName"] = workspace.Container,
                ["endpoint"] = "core.windows.net",
                ["protocol"] = "https",
                ["isDefault"] = name == Blobs,
                ["credentials"] = new JsonObject { ["credentialsType"] = "None" },
                ["tags"] = new JsonObject(),
                ["properties"] = new JsonObject(),
            };
            await store.PutAsync(call.Unconditional(), workspace.Id.Child(Plural, name), new JsonObject { ["properties"] = properties }).ConfigureAwait(false);
        }
    }
}
