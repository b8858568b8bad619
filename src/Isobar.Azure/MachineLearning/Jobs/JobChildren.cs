using Isobar.Azure.Protocols.Arm;
using Isobar.Engine.Tracking;

namespace Isobar.Azure.MachineLearning.Jobs;

/// <summary>Jobs that another job has started.</summary>
internal sealed class JobChildren(ArmStore store, ITrackingStore tracking)
{
    /// <summary>Drops them with their runs, and by <paramref name="release"/> what the engine holds of each.</summary>
    public async Task DropAsync(ArmResource parent, Func<ArmResource, Task> release, CancellationToken ct)
    {
        foreach (var child in await store.ChildrenAsync(parent.Path.Parent, JobNames.Plural, ct).ConfigureAwait(false))
        {
            if ((string?)child.Properties[JobNames.Parent] != parent.Name) continue;
            await release(child).ConfigureAwait(false);
            await tracking.ForgetRunAsync(parent.Path.Parent.Key, child.Name, ct).ConfigureAwait(false);
            await store.DeleteAsync(child.Path, ct).ConfigureAwait(false);
        }
    }
}
