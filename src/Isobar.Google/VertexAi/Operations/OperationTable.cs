using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Operations;

/// <summary>An operation as it is stored.</summary>
/// <param name="Data">The operation itself.</param>
internal sealed record StoredOperation(byte[] Data)
{
    /// <summary>The resource that it was started on, below which it can be listed.</summary>
    public string? Resource { get; init; }
    /// <summary>The endpoint of the engine that it waits for; null where it is done.</summary>
    public string? Endpoint { get; init; }
    /// <summary>The deployed model that is there, or gone, once the endpoint has settled.</summary>
    public string? Expect { get; init; }
    /// <summary>Whether <see cref="Expect"/> is to be gone.</summary>
    public bool Gone { get; init; }
    /// <summary>The kind of the work that it follows; null for none.</summary>
    public string? Work { get; init; }
    /// <summary>The name of that work.</summary>
    public string? Follows { get; init; }
    /// <summary>The answer of a success.</summary>
    public byte[]? Response { get; init; }
}

/// <summary>Operations by name. Most are done when they are told of; a deployment is looked up in the engine whenever it is asked for, so that no restart forgets it.</summary>
internal sealed class OperationTable(IStateStore state, IEndpoints endpoints, Lazy<IEnumerable<IFollowedWork>> works, TimeProvider time)
{
    // projects/P/locations/L
    private const int LocationParts = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly Collection<StoredOperation> Collection = new("google.vertex.operations", VertexJson.Default.StoredOperation);

    /// <summary>What all operations' metadata begin with, of one that starts now.</summary>
    public GenericOperationMetadata Now()
    {
        var now = time.GetUtcNow().ToTimestamp();
        return new GenericOperationMetadata { CreateTime = now, UpdateTime = now };
    }

    public async Task<Operation> DoneAsync(ResourceName resource, IMessage metadata, IMessage response, CancellationToken ct)
    {
        var operation = New(resource, metadata);
        operation.Done = true;
        operation.Response = Any.Pack(response);
        await state.PutAsync(Collection, operation.Name, new StoredOperation(operation.ToByteArray()) { Resource = resource.ToString() }, ct).ConfigureAwait(false);
        return operation;
    }

    public async Task<Operation> WaitingAsync(ResourceName resource, IMessage metadata, IMessage response, string expect, bool gone, CancellationToken ct)
    {
        var operation = New(resource, metadata);
        await state.PutAsync(Collection, operation.Name, new StoredOperation(operation.ToByteArray()) { Resource = resource.ToString(), Endpoint = resource.Engine, Expect = expect, Gone = gone, Response = Any.Pack(response).ToByteArray() }, ct).ConfigureAwait(false);
        return operation;
    }

    /// <summary>An operation that is done when some work is.</summary>
    public async Task<Operation> FollowingAsync(ResourceName resource, IMessage metadata, string kind, string name, CancellationToken ct)
    {
        var operation = New(resource, metadata);
        await state.PutAsync(Collection, operation.Name, new StoredOperation(operation.ToByteArray()) { Resource = resource.ToString(), Work = kind, Follows = name }, ct).ConfigureAwait(false);
        return operation;
    }

    public async Task<Operation> FindAsync(string name, CancellationToken ct) =>
        await state.GetAsync(Collection, name, ct).ConfigureAwait(false) is { } stored ? await SettleAsync(name, stored.Value, ct).ConfigureAwait(false) : throw Faults.NotFound(name);

    /// <summary>The operations of a location, or those that were started on one resource in it.</summary>
    public async Task<IReadOnlyList<Stored<Operation>>> ListAsync(string owner, CancellationToken ct)
    {
        var all = new List<Stored<Operation>>();
        var parts = owner.Split('/');
        foreach (var document in await state.ListAsync(Collection, string.Join('/', parts.Take(LocationParts)) + "/operations/", ct).ConfigureAwait(false))
            if (parts.Length <= LocationParts || document.Value.Resource == owner) all.Add(new Stored<Operation>(document.Id, await SettleAsync(document.Id, document.Value, ct).ConfigureAwait(false), document.Created));
        return all;
    }

    /// <summary>Waits until the operation is done or the caller's patience ends.</summary>
    public async Task<Operation> WaitAsync(string name, CancellationToken ct)
    {
        if (await state.GetAsync(Collection, name, ct).ConfigureAwait(false) is { Value.Endpoint: { } endpoint }) await endpoints.WaitAsync(endpoint, ct).ConfigureAwait(false);
        for (; ; await Task.Delay(Look, time, ct).ConfigureAwait(false))
            if (await FindAsync(name, ct).ConfigureAwait(false) is { Done: true } || await state.GetAsync(Collection, name, ct).ConfigureAwait(false) is not { Value.Follows: not null }) return await FindAsync(name, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Asks what an operation follows to end. A deployment cannot be taken back half-way, and all else is done already: as documented, success is not promised.</summary>
    public async Task CancelAsync(string name, CancellationToken ct)
    {
        await FindAsync(name, ct).ConfigureAwait(false);
        if (await state.GetAsync(Collection, name, ct).ConfigureAwait(false) is { Value: { Work: { } kind, Follows: { } followed } }) await Work(kind).CancelAsync(followed, ct).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string name, CancellationToken ct)
    {
        if (!await state.DeleteAsync(Collection, name, ct).ConfigureAwait(false)) throw Faults.NotFound(name);
    }

    private async Task<Operation> SettleAsync(string name, StoredOperation stored, CancellationToken ct)
    {
        var operation = Operation.Parser.ParseFrom(stored.Data);
        if (stored is { Work: { } kind, Follows: { } followed }) return await FollowAsync(operation, stored.Resource, kind, followed, ct).ConfigureAwait(false);
        if (stored.Endpoint is not { } id) return operation;
        var found = await endpoints.GetAsync(id, ct).ConfigureAwait(false);
        if (found.TryGet(out var info, out var error) && info.State is EndpointState.Creating or EndpointState.Updating or EndpointState.RollingBack or EndpointState.Deleting) return operation;
        operation.Done = true;
        var there = info is { State: EndpointState.InService } && info.Spec.Variants.Any(v => v.Name == stored.Expect);
        if (there != stored.Gone) operation.Response = Any.Parser.ParseFrom(stored.Response);
        else operation.Error = (error ?? new Error(ErrorCode.FailedPrecondition, info!.Reason ?? "The deployment did not come into service.")).ToStatus();
        await state.PutAsync(Collection, name, new StoredOperation(operation.ToByteArray()) { Resource = stored.Resource }, ct).ConfigureAwait(false);
        return operation;
    }

    private async Task<Operation> FollowAsync(Operation operation, string? resource, string kind, string followed, CancellationToken ct)
    {
        var result = await Work(kind).LookAsync(followed, ct).ConfigureAwait(false);
        if (result == FollowedResult.UnderWay) return operation;
        operation.Done = true;
        if (result.Error is { } error) operation.Error = error;
        else operation.Response = Any.Pack(result.Response);
        await state.PutAsync(Collection, operation.Name, new StoredOperation(operation.ToByteArray()) { Resource = resource }, ct).ConfigureAwait(false);
        return operation;
    }

    private IFollowedWork Work(string kind) => works.Value.First(w => w.Kind == kind);

    private static Operation New(ResourceName resource, IMessage metadata) => new() { Name = $"{resource.Parent}/operations/{ResourceName.NewId()}", Metadata = Any.Pack(metadata) };
}
