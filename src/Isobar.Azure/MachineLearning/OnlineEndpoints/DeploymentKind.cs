using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Core.Results;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>How a deployment is shown: under way until the engine has settled.</summary>
internal sealed class DeploymentKind(DeploymentStates states) : IArmKind
{
    public string Type => EndpointNames.DeploymentType;

    public async Task<ArmView> ShowAsync(ArmResource resource, string origin, CancellationToken ct)
    {
        resource = await states.SettleAsync(resource, ct).ConfigureAwait(false);
        var shown = resource.Show();
        var failure = (string?)resource.Secrets?[DeploymentStates.Reason] is { } reason && (string?)resource.Properties["provisioningState"] == "Failed" ? new Error(ErrorCode.FailedPrecondition, reason) : null;
        return new ArmView(shown, failure);
    }
}
