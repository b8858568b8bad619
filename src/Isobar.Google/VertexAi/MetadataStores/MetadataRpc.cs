using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Core.Results;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.MetadataStores;

/// <summary><c>MetadataService</c>.</summary>
internal sealed class MetadataRpc(MetadataTables tables, Lineage lineage, OperationTable operations, TimeProvider time) : MetadataService.MetadataServiceBase
{
    private readonly MetadataKind<Artifact> _artifacts = new(tables, tables.ArtifactTable, MetadataTables.Artifacts, time);
    private readonly MetadataKind<Execution> _executions = new(tables, tables.ExecutionTable, MetadataTables.Executions, time);
    private readonly MetadataKind<Context> _contexts = new(tables, tables.ContextTable, MetadataTables.Contexts, time);

    public override async Task<Operation> CreateMetadataStore(CreateMetadataStoreRequest request, ServerCallContext context)
    {
        var name = ResourceName.New(request.Parent, MetadataTables.Stores, request.MetadataStoreId, "metadata_store_id");
        var store = request.MetadataStore ?? new MetadataStore();
        store.Name = name.ToString();
        store.CreateTime = store.UpdateTime = time.GetUtcNow().ToTimestamp();
        (await tables.StoreTable.InsertAsync(store.Name, store, context.CancellationToken).ConfigureAwait(false)).OrThrow();
        return await operations.DoneAsync(name, new CreateMetadataStoreOperationMetadata { GenericMetadata = new() { CreateTime = store.CreateTime, UpdateTime = store.CreateTime } }, store, context.CancellationToken).ConfigureAwait(false);
    }

    public override Task<MetadataStore> GetMetadataStore(GetMetadataStoreRequest request, ServerCallContext context) =>
        tables.StoreAsync(MetadataName.ParseStore(request.Name).ToString(), make: false, context.CancellationToken);

    public override async Task<ListMetadataStoresResponse> ListMetadataStores(ListMetadataStoresRequest request, ServerCallContext context)
    {
        var parent = ResourceName.New(request.Parent, MetadataTables.Stores).Parent;
        var (page, next) = Listing.Cut(await tables.StoreTable.ListAsync($"{parent}/{MetadataTables.Stores}/", context.CancellationToken).ConfigureAwait(false), "", "", request.PageSize, request.PageToken, (_, _) => null);
        return new ListMetadataStoresResponse { MetadataStores = { page.Select(s => s.Value) }, NextPageToken = next };
    }

    public override async Task<Operation> DeleteMetadataStore(DeleteMetadataStoreRequest request, ServerCallContext context)
    {
        var (name, ct) = (MetadataName.ParseStore(request.Name), context.CancellationToken);
        await tables.StoreTable.FindAsync(name.ToString(), ct).ConfigureAwait(false);
        foreach (var each in await tables.ContextTable.ListAsync($"{name}/", ct).ConfigureAwait(false)) await _contexts.DeleteAsync(each.Name, ct).ConfigureAwait(false);
        foreach (var each in await tables.ArtifactTable.ListAsync($"{name}/", ct).ConfigureAwait(false)) await _artifacts.DeleteAsync(each.Name, ct).ConfigureAwait(false);
        foreach (var each in await tables.ExecutionTable.ListAsync($"{name}/", ct).ConfigureAwait(false)) await _executions.DeleteAsync(each.Name, ct).ConfigureAwait(false);
        await tables.StoreTable.DeleteAsync(name.ToString(), ct).ConfigureAwait(false);
        return await operations.DoneAsync(name, new DeleteMetadataStoreOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    public override Task<Artifact> CreateArtifact(CreateArtifactRequest request, ServerCallContext context) => _artifacts.CreateAsync(request.Parent, request.Artifact, request.ArtifactId, "artifact_id", context.CancellationToken);
    public override Task<Artifact> GetArtifact(GetArtifactRequest request, ServerCallContext context) => _artifacts.GetAsync(request.Name, context.CancellationToken);
    public override Task<Artifact> UpdateArtifact(UpdateArtifactRequest request, ServerCallContext context) => _artifacts.UpdateAsync(request.Artifact, request.UpdateMask, request.AllowMissing, context.CancellationToken);
    public override Task<Operation> DeleteArtifact(DeleteArtifactRequest request, ServerCallContext context) => DeletedAsync(_artifacts.DeleteAsync(request.Name, context.CancellationToken), context);

    public override async Task<ListArtifactsResponse> ListArtifacts(ListArtifactsRequest request, ServerCallContext context)
    {
        var (page, next) = await _artifacts.ListAsync(request.Parent, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListArtifactsResponse { Artifacts = { page }, NextPageToken = next };
    }

    public override async Task<Operation> PurgeArtifacts(PurgeArtifactsRequest request, ServerCallContext context)
    {
        var (count, sample) = await _artifacts.PurgeAsync(request.Parent, request.Filter, request.Force, context.CancellationToken).ConfigureAwait(false);
        return await PurgedAsync(request.Parent, new PurgeArtifactsMetadata { GenericMetadata = operations.Now() }, new PurgeArtifactsResponse { PurgeCount = count, PurgeSample = { sample } }, context).ConfigureAwait(false);
    }

    public override Task<Execution> CreateExecution(CreateExecutionRequest request, ServerCallContext context) => _executions.CreateAsync(request.Parent, request.Execution, request.ExecutionId, "execution_id", context.CancellationToken);
    public override Task<Execution> GetExecution(GetExecutionRequest request, ServerCallContext context) => _executions.GetAsync(request.Name, context.CancellationToken);
    public override Task<Execution> UpdateExecution(UpdateExecutionRequest request, ServerCallContext context) => _executions.UpdateAsync(request.Execution, request.UpdateMask, request.AllowMissing, context.CancellationToken);
    public override Task<Operation> DeleteExecution(DeleteExecutionRequest request, ServerCallContext context) => DeletedAsync(_executions.DeleteAsync(request.Name, context.CancellationToken), context);

    public override async Task<ListExecutionsResponse> ListExecutions(ListExecutionsRequest request, ServerCallContext context)
    {
        var (page, next) = await _executions.ListAsync(request.Parent, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListExecutionsResponse { Executions = { page }, NextPageToken = next };
    }

    public override async Task<Operation> PurgeExecutions(PurgeExecutionsRequest request, ServerCallContext context)
    {
        var (count, sample) = await _executions.PurgeAsync(request.Parent, request.Filter, request.Force, context.CancellationToken).ConfigureAwait(false);
        return await PurgedAsync(request.Parent, new PurgeExecutionsMetadata { GenericMetadata = operations.Now() }, new PurgeExecutionsResponse { PurgeCount = count, PurgeSample = { sample } }, context).ConfigureAwait(false);
    }

    public override async Task<AddExecutionEventsResponse> AddExecutionEvents(AddExecutionEventsRequest request, ServerCallContext context)
    {
        await _executions.GetAsync(request.Execution, context.CancellationToken).ConfigureAwait(false);
        foreach (var each in request.Events)
        {
            if (each.Type == Event.Types.Type.Unspecified) throw Faults.Required("events.type");
            await _artifacts.GetAsync(each.Artifact, context.CancellationToken).ConfigureAwait(false);
        }
        await tables.AddEventsAsync(request.Execution, request.Events, context.CancellationToken).ConfigureAwait(false);
        return new AddExecutionEventsResponse();
    }

    public override Task<Context> CreateContext(CreateContextRequest request, ServerCallContext context) => _contexts.CreateAsync(request.Parent, request.Context, request.ContextId, "context_id", context.CancellationToken);
    public override Task<Context> GetContext(GetContextRequest request, ServerCallContext context) => _contexts.GetAsync(request.Name, context.CancellationToken);
    public override Task<Context> UpdateContext(UpdateContextRequest request, ServerCallContext context) => _contexts.UpdateAsync(request.Context, request.UpdateMask, request.AllowMissing, context.CancellationToken);

    public override async Task<ListContextsResponse> ListContexts(ListContextsRequest request, ServerCallContext context)
    {
        var (page, next) = await _contexts.ListAsync(request.Parent, request.Filter, request.OrderBy, request.PageSize, request.PageToken, context.CancellationToken).ConfigureAwait(false);
        return new ListContextsResponse { Contexts = { page }, NextPageToken = next };
    }

    public override async Task<Operation> PurgeContexts(PurgeContextsRequest request, ServerCallContext context)
    {
        var (count, sample) = await _contexts.PurgeAsync(request.Parent, request.Filter, request.Force, context.CancellationToken).ConfigureAwait(false);
        return await PurgedAsync(request.Parent, new PurgeContextsMetadata { GenericMetadata = operations.Now() }, new PurgeContextsResponse { PurgeCount = count, PurgeSample = { sample } }, context).ConfigureAwait(false);
    }

    public override async Task<Operation> DeleteContext(DeleteContextRequest request, ServerCallContext context)
    {
        var (name, ct) = (MetadataName.Parse(request.Name, MetadataTables.Contexts), context.CancellationToken);
        if (!request.Force && (await tables.MembersAsync(name.ToString(), ct).ConfigureAwait(false)).Count > 0) throw Faults.Precondition($"The context {request.Name} holds artifacts or executions: delete it with force.");
        return await DeletedAsync(_contexts.DeleteAsync(request.Name, ct), context).ConfigureAwait(false);
    }

    public override async Task<AddContextArtifactsAndExecutionsResponse> AddContextArtifactsAndExecutions(AddContextArtifactsAndExecutionsRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        await _contexts.GetAsync(request.Context, ct).ConfigureAwait(false);
        foreach (var name in request.Artifacts) await _artifacts.GetAsync(name, ct).ConfigureAwait(false);
        foreach (var name in request.Executions) await _executions.GetAsync(name, ct).ConfigureAwait(false);
        await tables.AddMembersAsync(request.Context, [.. request.Artifacts, .. request.Executions], ct).ConfigureAwait(false);
        return new AddContextArtifactsAndExecutionsResponse();
    }

    public override async Task<AddContextChildrenResponse> AddContextChildren(AddContextChildrenRequest request, ServerCallContext context)
    {
        await ChildrenAsync(request.Context, request.ChildContexts, c =>
        {
            if (!c.ParentContexts.Contains(request.Context)) c.ParentContexts.Add(request.Context);
        }, context.CancellationToken).ConfigureAwait(false);
        return new AddContextChildrenResponse();
    }

    public override async Task<RemoveContextChildrenResponse> RemoveContextChildren(RemoveContextChildrenRequest request, ServerCallContext context)
    {
        await ChildrenAsync(request.Context, request.ChildContexts, c => c.ParentContexts.Remove(request.Context), context.CancellationToken).ConfigureAwait(false);
        return new RemoveContextChildrenResponse();
    }

    public override async Task<LineageSubgraph> QueryContextLineageSubgraph(QueryContextLineageSubgraphRequest request, ServerCallContext context)
    {
        await _contexts.GetAsync(request.Context, context.CancellationToken).ConfigureAwait(false);
        return await lineage.OfContextAsync(MetadataName.Parse(request.Context, MetadataTables.Contexts, "context"), context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<LineageSubgraph> QueryExecutionInputsAndOutputs(QueryExecutionInputsAndOutputsRequest request, ServerCallContext context)
    {
        await _executions.GetAsync(request.Execution, context.CancellationToken).ConfigureAwait(false);
        return await lineage.OfExecutionAsync(MetadataName.Parse(request.Execution, MetadataTables.Executions, "execution"), context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<LineageSubgraph> QueryArtifactLineageSubgraph(QueryArtifactLineageSubgraphRequest request, ServerCallContext context)
    {
        if (request.Filter.Length > 0) throw Faults.Unimplemented("A filter of lineage is not supported here.");
        await _artifacts.GetAsync(request.Artifact, context.CancellationToken).ConfigureAwait(false);
        return await lineage.OfArtifactAsync(MetadataName.Parse(request.Artifact, MetadataTables.Artifacts, "artifact"), request.MaxHops, context.CancellationToken).ConfigureAwait(false);
    }

    private async Task ChildrenAsync(string parent, IEnumerable<string> children, Action<Context> change, CancellationToken ct)
    {
        await _contexts.GetAsync(parent, ct).ConfigureAwait(false);
        foreach (var name in children)
        {
            var child = await _contexts.GetAsync(name, ct).ConfigureAwait(false);
            change(child);
            await tables.ContextTable.PutAsync(name, child, ct).ConfigureAwait(false);
        }
    }

    private Task<Operation> PurgedAsync(string parent, IMessage metadata, IMessage response, ServerCallContext context) => operations.DoneAsync(MetadataName.ParseStore(parent, "parent"), metadata, response, context.CancellationToken);

    private async Task<Operation> DeletedAsync(Task<MetadataName> deletion, ServerCallContext context)
    {
        var name = await deletion.ConfigureAwait(false);
        return await operations.DoneAsync(name.Store, new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), context.CancellationToken).ConfigureAwait(false);
    }
}
