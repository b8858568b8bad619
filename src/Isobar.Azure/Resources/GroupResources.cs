using Isobar.Azure.Protocols.Arm;

namespace Isobar.Azure.Resources;

/// <summary>What every type of resource that lies in a resource group answers alike.</summary>
internal sealed class GroupResources(ArmStore store, ArmKinds kinds, ArmOperations operations, ResourceGroups groups)
{
    public async Task<ArmReply> GetAsync(ArmCall call)
    {
        await groups.RequireAsync(call.Id, call.Ct).ConfigureAwait(false);
        var resource = await store.GetAsync(call.Id, call.Ct).ConfigureAwait(false);
        return ArmReply.Ok(await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false), resource);
    }

    public async Task<ArmReply> DeleteAsync(ArmCall call)
    {
        if (await store.FindAsync(call.Id, call.Ct).ConfigureAwait(false) is not { } resource) return ArmReply.Nothing;
        call.CheckConditions(resource);
        await kinds.DeleteAsync(resource, CancellationToken.None).ConfigureAwait(false);
        return ArmReply.Accepted(await operations.StartAsync(call.Id, OperationGoal.Gone, resource.Location, CancellationToken.None).ConfigureAwait(false));
    }

    /// <summary>Those of a type in the group of the call.</summary>
    public async Task<ArmReply> ListByGroupAsync(ArmCall call, string type)
    {
        await groups.RequireAsync(call.Id, call.Ct).ConfigureAwait(false);
        return await PageAsync(call, call.Id.Text, type).ConfigureAwait(false);
    }

    /// <summary>Those of a type in the subscription of the call.</summary>
    public Task<ArmReply> ListBySubscriptionAsync(ArmCall call, string type) => PageAsync(call, $"/subscriptions/{call.Id.Subscription}", type);

    private async Task<ArmReply> PageAsync(ArmCall call, string below, string type)
    {
        var all = (await store.BelowAsync(below, call.Ct).ConfigureAwait(false)).Where(r => r.Type.Equals(type, StringComparison.OrdinalIgnoreCase)).ToList();
        return await call.PageAsync(all, rows => kinds.ShowAllAsync(rows, call.Origin, call.Ct)).ConfigureAwait(false);
    }
}
