using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Azure.Blobs;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Objects;

namespace Isobar.Azure.MachineLearning.Assets;

/// <summary>Places to upload an asset's files to before it is made: a container of their own in the workspace's account, opened by a shared access signature.</summary>
internal sealed class PendingUploads(WorkspaceStore workspaces, IObjectStore objects, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    public async Task<ArmReply> StartAsync(ArmCall call)
    {
        var workspace = await workspaces.GetAsync(call).ConfigureAwait(false);
        Ml.CheckName("name", call.Route("name"));
        Ml.CheckName("version", call.Route("version"));
        var body = await call.BodyAsync(required: false).ConfigureAwait(false);
        if (body["pendingUploadType"] is not null && body.OneOf("pendingUploadType", "", "None", "TemporaryBlobReference") == "None") throw ArmFault.Invalid("pendingUploadType", "None", "must be TemporaryBlobReference");
        var id = body.Text("pendingUploadId", "") is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        var container = Guid.NewGuid().ToString();
        if ((await objects.CreateBucketAsync(BlobNames.Bucket(workspace.Account, container), workspace.Location, call.Ct).ConfigureAwait(false)).Error is { } error) throw ArmFault.Of(error);
        var uri = $"{call.Origin}/{workspace.Account}/{container}";
        // Signatures are taken as they come here, like the other credentials; clients want one of the usual shape.
        var signature = Uri.EscapeDataString(Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var expires = Uri.EscapeDataString((time.GetUtcNow() + Lifetime).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        return ArmReply.Ok(new JsonObject
        {
            ["pendingUploadId"] = id,
            ["pendingUploadType"] = "TemporaryBlobReference",
            ["blobReferenceForConsumption"] = new JsonObject
            {
                ["blobUri"] = uri,
                ["storageAccountArmId"] = (string)workspace.Resource.Properties["storageAccount"]!,
                ["credential"] = new JsonObject { ["credentialType"] = "SAS", ["sasUri"] = $"{uri}?sv=2021-08-06&sr=c&sp=rcwl&se={expires}&sig={signature}" },
            },
        });
    }
}
