using System.Text.Json.Nodes;
using Isobar.Engine.State;

namespace Isobar.Azure.Protocols.Arm;

/// <summary>What an operation waits for.</summary>
internal enum OperationGoal
{
    /// <summary>The resource's provisioningState is final.</summary>
    Provisioned,
    /// <summary>The resource is gone.</summary>
    Gone,
    /// <summary>The resource's status (of a job) is final.</summary>
    Ended,
}

/// <summary>A long-running operation. How far it is, is read off its resource, so that no restart forgets it.</summary>
internal sealed record StoredOperation(string Id, string ResourceId, OperationGoal Goal, DateTimeOffset Started, string Location)
{
    public string PathOf(string kind) => $"/subscriptions/{ResourceId.Split('/')[2]}/providers/{(ArmId.Parse(ResourceId).Namespace is { Length: > 0 } ns ? ns : "Microsoft.Resources")}/locations/{Location}/{kind}/{Id}";
}

/// <summary>Long-running operations and their two addresses: the status of Azure-AsyncOperation and the result of Location.</summary>
internal sealed class ArmOperations(IStateStore state, ArmStore store, ArmKinds kinds, TimeProvider time)
{
    public const string Statuses = "operationsStatus", Results = "operationResults";
    private static readonly Collection<StoredOperation> Collection = new("azure.arm.operations", ArmJson.Default.StoredOperation);
    private static readonly string[] Final = ["Succeeded", "Failed", "Canceled"];
    private static readonly string[] Ended = ["Completed", "Failed", "Canceled"];

    public async Task<StoredOperation> StartAsync(ArmId resource, OperationGoal goal, string? location, CancellationToken ct)
    {
        var operation = new StoredOperation(Guid.NewGuid().ToString(), resource.Text, goal, time.GetUtcNow(), location ?? "global");
        await state.PutAsync(Collection, operation.Id, operation, ct).ConfigureAwait(false);
        return operation;
    }

    public async Task<ArmReply> StatusAsync(ArmCall call)
    {
        var operation = await FindAsync(call).ConfigureAwait(false);
        var (status, view) = await ReadAsync(operation, call).ConfigureAwait(false);
        var body = new JsonObject { ["id"] = operation.PathOf(Statuses), ["name"] = operation.Id, ["status"] = status, ["startTime"] = operation.Started };
        if (Final.Contains(status)) body["endTime"] = time.GetUtcNow();
        if (status == "Succeeded") body["percentComplete"] = 100;
        if (view?.Failure is { } failure && status == "Failed") body["error"] = ArmFault.Of(failure, operation.ResourceId).ToJson()["error"]!.DeepClone();
        return Final.Contains(status) ? ArmReply.Ok(body) : ArmReply.Ok(body) with { Operation = operation };
    }

    public async Task<ArmReply> ResultAsync(ArmCall call)
    {
        var operation = await FindAsync(call).ConfigureAwait(false);
        var (status, view) = await ReadAsync(operation, call).ConfigureAwait(false);
        if (!Final.Contains(status)) return ArmReply.Accepted(operation);
        if (status == "Failed") throw ArmFault.Of(view?.Failure ?? new Core.Results.Error(Core.Results.ErrorCode.Internal, "The operation failed."), operation.ResourceId);
        return view is null || operation.Goal == OperationGoal.Ended ? ArmReply.Done : ArmReply.Ok(view.Body);
    }

    private async Task<StoredOperation> FindAsync(ArmCall call)
    {
        var found = await state.GetAsync(Collection, call.Route("operationId"), call.Ct).ConfigureAwait(false);
        return found?.Value is { } operation && operation.ResourceId.Split('/')[2].Equals(call.Id.Subscription, StringComparison.OrdinalIgnoreCase)
            ? operation
            : throw new ArmFault(404, "NotFound", $"There is no operation '{call.Route("operationId")}'.");
    }

    private async Task<(string Status, ArmView? View)> ReadAsync(StoredOperation operation, ArmCall call)
    {
        var resource = await store.FindAsync(ArmId.Parse(operation.ResourceId), call.Ct).ConfigureAwait(false);
        if (resource is null) return (operation.Goal == OperationGoal.Gone ? "Succeeded" : "Canceled", null);
        if (operation.Goal == OperationGoal.Gone) return ("InProgress", null);
        var view = await kinds.ShowAsync(resource, call.Origin, call.Ct).ConfigureAwait(false);
        if (operation.Goal == OperationGoal.Ended) return (Ended.Contains((string?)view.Body["properties"]?["status"]) ? "Succeeded" : "InProgress", view);
        var provisioning = view.ProvisioningState ?? "Succeeded";
        return (Final.Contains(provisioning) ? provisioning : "InProgress", view);
    }
}
