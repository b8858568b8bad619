using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Serving;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>How an endpoint is shown, and what ends with it.</summary>
internal sealed class EndpointKind(IEndpoints engine, ScoringTable table, WorkspaceStore workspaces) : IArmKind
{
    public string Type => EndpointNames.EndpointType;

    public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        var shown = resource.Show();
        var properties = (JsonObject)shown["properties"]!;
        var region = (await workspaces.GetAsync(resource.Path, ct).ConfigureAwait(false)).Location;
        properties["scoringUri"] = $"{origin}{ScoringRoute.Prefix}{region}/{resource.Name}/score";
        var found = await engine.GetAsync(EndpointNames.Engine(resource.Path), ct).ConfigureAwait(false);
        properties["provisioningState"] = found.TryGet(out var info, out _) && DeploymentStates.IsUnderWay(info) ? "Updating" : "Succeeded";
        return new ArmView(shown);
    }

    public async Task ReleaseAsync(ArmResource resource, CancellationToken ct)
    {
        table.Remove(resource);
        await engine.DeleteAsync(EndpointNames.Engine(resource.Path), ct).ConfigureAwait(false);
    }
}
