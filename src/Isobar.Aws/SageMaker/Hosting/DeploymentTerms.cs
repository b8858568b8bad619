using Isobar.Aws.Protocols;
using Isobar.Aws.SageMaker.Wire;

namespace Isobar.Aws.SageMaker.Hosting;

/// <summary>
/// What an update may ask of its own way. New variants are started beside the old ones and take over at once when all of them serve; an update that
/// is to go in steps, or to be undone by an alarm, is refused, since it would seem safer than it is.
/// </summary>
internal static class DeploymentTerms
{
    public static AwsError? Refusal(DeploymentConfig? config)
    {
        if (config is null) return null;
        var faults = new List<string>();
        if (config.BlueGreenUpdatePolicy?.TrafficRoutingConfiguration?.Type is { } routing && routing != "ALL_AT_ONCE")
            faults.Add($"DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.Type {routing} is not supported here: it must be ALL_AT_ONCE.");
        if (config.RollingUpdatePolicy is not null) faults.Add("DeploymentConfig.RollingUpdatePolicy is not supported here: use BlueGreenUpdatePolicy.");
        if (config.AutoRollbackConfiguration?.Alarms is { Count: > 0 }) faults.Add("DeploymentConfig.AutoRollbackConfiguration.Alarms is not supported here: an update is undone when a variant does not start.");
        return faults.Count == 0 ? null : SageMakerErrors.Invalid(string.Join(" ", faults));
    }
}
