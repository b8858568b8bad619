using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Azure.Resources;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Workspaces;

/// <summary>How a workspace is shown. Its container outlives it, as a storage account of one's own does.</summary>
internal sealed class WorkspaceKind(ITrackingStore tracking) : IArmKind
{
    public string Type => Ml.WorkspaceType;

    public Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var workspace = new MlWorkspace(resource);
        var shown = resource.Show();
        var properties = (JsonObject)shown["properties"]!;
        properties["provisioningState"] = "Succeeded";
        properties["discoveryUrl"] = origin + "/discovery";
        properties["mlFlowTrackingUri"] = $"azureml://{new Uri(origin).Authority}{workspace.TrackingPath}";
        properties["tenantId"] = Subscriptions.Tenant;
        properties["workspaceId"] = workspace.WorkspaceId;
        properties["privateLinkCount"] = 0;
        properties["storageHnsEnabled"] = false;
        return Task.FromResult(new ArmView(shown));
    }

    public Task ReleaseAsync(ArmResource resource, CancellationToken ct) => tracking.ForgetAsync(resource.Path.Key, ct);
}
