using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.BatchEndpoints;

/// <summary>How a batch endpoint is shown.</summary>
internal sealed class BatchEndpointKind(WorkspaceStore workspaces) : IArmKind
{
    public string Type => BatchNames.EndpointType;

    public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var shown = resource.Show();
        var properties = (JsonObject)shown["properties"]!;
        properties["scoringUri"] = BatchNames.ScoringUri(origin, (await workspaces.GetAsync(resource.Path, ct).ConfigureAwait(false)).Location, resource.Path);
        properties["provisioningState"] = "Succeeded";
        return new ArmView(shown);
    }
}

/// <summary>How a batch deployment is shown: it is a description alone, and ready when it is kept.</summary>
internal sealed class BatchDeploymentKind : IArmKind
{
    public string Type => BatchNames.DeploymentType;

    public Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var shown = resource.Show();
        shown["properties"]!["provisioningState"] = "Succeeded";
        return Task.FromResult(new ArmView(shown));
    }
}
