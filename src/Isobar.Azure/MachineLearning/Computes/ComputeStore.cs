using System.Text.Json.Nodes;
using Isobar.Azure.MachineLearning.Workspaces;
using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.MachineLearning.Computes;

/// <summary>Finds the machine that a job asks for.</summary>
internal sealed class ComputeStore(ArmStore store)
{
    public const string Plural = "computes", DefaultMachine = "Standard_DS3_v2";

    /// <summary>The size of machine of a compute; without one the job is serverless. Jobs go to no instance that was stopped.</summary>
    /// <exception cref="ArmFault">There is no such compute, or it takes no jobs.</exception>
    public async Task<string> MachineAsync(MlWorkspace workspace, string? computeId, CancellationToken ct, string field = "properties.computeId")
    {
        if (computeId is null or "" or "serverless" || computeId.EndsWith("/serverless", StringComparison.OrdinalIgnoreCase)) return DefaultMachine;
        var id = ArmId.TryParse(computeId) ?? workspace.Id.Child(Plural, computeId.StartsWith("azureml:", StringComparison.Ordinal) ? computeId[8..] : computeId);
        if (!id.Key.StartsWith(workspace.Id.Key + "/", StringComparison.Ordinal) || await store.FindAsync(id, ct).ConfigureAwait(false) is not { } compute)
            throw ArmFault.Invalid(field, computeId, $"the workspace '{workspace.Name}' has no such compute");
        if ((compute.Properties["properties"] as JsonObject)?["state"]?.ToString() is { } state and not "Running") throw ArmFault.Conflict($"The compute instance '{compute.Name}' is {state}; start it to run jobs on it.", field);
        return (compute.Properties["properties"] as JsonObject)?["vmSize"]?.ToString() ?? DefaultMachine;
    }
}
