using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Orchestration;
using Orleans.Concurrency;

namespace Isobar.Server.Cluster;

/// <summary>One project: there is one of it in the whole cluster, so that one silo alone trains, deploys and mends for it.</summary>
[Alias("isobar.project")]
internal interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Looks at the project and begins what there is to do.</summary>
    [AlwaysInterleave]
    [Alias("look")]
    Task LookAsync();
}

/// <inheritdoc/>
internal sealed class ProjectGrain(Reconciler reconciler, BatchBook batches, ClusterView view) : Grain, IProjectGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        view.Took(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        view.Gave(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task LookAsync()
    {
        await reconciler.LookAtAsync(this.GetPrimaryKeyString());
        await batches.LookAtAsync(this.GetPrimaryKeyString());
    }
}

/// <summary>Projects' turns by their grains.</summary>
internal sealed class GrainTurns(IGrainFactory grains, IPeers peers) : IProjectTurns
{
    public bool Leads => peers.Leads;

    public Task LookAsync(string project, CancellationToken ct) => grains.GetGrain<IProjectGrain>(project).LookAsync().WaitAsync(ct);
}
