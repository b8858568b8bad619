using Isobar.Azure.MachineLearning.Computes;
using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Training;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>The machine that a job asks for.</summary>
internal static class JobMachine
{
    /// <exception cref="ArmFault">There is no such compute, or several instances are asked for.</exception>
    public static async Task<InstanceSpec> ReadAsync(JobDraft draft, ComputeStore computes)
    {
        var machine = await computes.MachineAsync(draft.Workspace, draft.Properties.Text("computeId", "properties"), draft.Ct).ConfigureAwait(false);
        var resources = draft.Properties.Object("resources", "properties") ?? [];
        if (resources.Whole("instanceCount", "properties.resources", 1, int.MaxValue) is > 1 and var several) throw ArmFault.Unsupported($"properties.resources.instanceCount is {several}: jobs run on one instance here.", "properties.resources.instanceCount");
        return new InstanceSpec(resources.Text("instanceType", "properties.resources") ?? machine);
    }
}
