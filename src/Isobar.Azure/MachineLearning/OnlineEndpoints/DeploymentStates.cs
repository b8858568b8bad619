using System.Text.Json.Nodes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Serving;

namespace Isobar.Azure.MachineLearning.OnlineEndpoints;

/// <summary>What became of a deployment: written down once the engine has settled, since its next change forgets it.</summary>
internal sealed class DeploymentStates(ArmStore store, IEndpoints engine)
{
    public const string Reason = "reason", Revision = "revision";

    public async Task<ArmResource> SettleAsync(ArmResource deployment, CancellationToken ct)
    {
        if ((string?)deployment.Properties["provisioningState"] is not ("Creating" or "Updating")) return deployment;
        var found = await engine.GetAsync(EndpointNames.Engine(deployment.Path.Parent), ct).ConfigureAwait(false);
        if (found.TryGet(out var info, out var missing) && IsUnderWay(info)) return deployment;
        var there = info is { State: EndpointState.InService } && info.Spec.Configuration == (string?)deployment.Secrets?[Revision];
        var reason = there ? null : missing?.Message ?? info!.Reason ?? "The deployment did not come into service.";
        return await store.ChangeAsync(deployment.Path, d => d.With(p => p["provisioningState"] = there ? "Succeeded" : "Failed") with { Secrets = Mark(d.Secrets, Reason, reason) }, ct).ConfigureAwait(false) ?? deployment;
    }

    public static bool IsUnderWay(EndpointInfo info) => info.State is EndpointState.Creating or EndpointState.Updating or EndpointState.RollingBack or EndpointState.Deleting;

    public static JsonObject Mark(JsonObject? secrets, string name, string? value)
    {
        var marked = (JsonObject?)secrets?.DeepClone() ?? [];
        marked[name] = value;
        return marked;
    }
}
