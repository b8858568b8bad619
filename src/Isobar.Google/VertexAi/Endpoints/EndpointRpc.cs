using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Engine.Serving;
using Isobar.Engine.State;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Operations;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Endpoints;

/// <summary><c>EndpointService</c>.</summary>
internal sealed class EndpointRpc(EndpointStore store, Deployments deployments, IEndpoints engine, RequestLogging logging, OperationTable operations, NameLocks locks, TimeProvider time) : EndpointService.EndpointServiceBase
{
    private static readonly string[] Updatable = ["display_name", "description", "labels", "traffic_split", "predict_request_response_logging_config"];

    public override async Task<Operation> CreateEndpoint(CreateEndpointRequest request, ServerCallContext context)
    {
        var endpoint = request.Endpoint ?? throw Faults.Required("endpoint");
        if (endpoint.DisplayName.Length is 0 or > 128) throw Faults.Invalid("endpoint.display_name", endpoint.DisplayName, "1 to 128 characters");
        RequestLogging.Check(endpoint);
        var name = ResourceName.New(request.Parent, EndpointStore.Endpoints, request.EndpointId, "endpoint_id");
        var now = time.GetUtcNow().ToTimestamp();
        endpoint.Name = name.ToString();
        endpoint.DeployedModels.Clear();
        endpoint.TrafficSplit.Clear();
        (endpoint.CreateTime, endpoint.UpdateTime, endpoint.Etag) = (now, now, Tag(now));
        var made = (await store.InsertAsync(endpoint, context.CancellationToken).ConfigureAwait(false)).OrThrow();
        return await operations.DoneAsync(name, new CreateEndpointOperationMetadata { GenericMetadata = new() { CreateTime = now, UpdateTime = now } }, made.Value, context.CancellationToken).ConfigureAwait(false);
    }

    public override async Task<Endpoint> GetEndpoint(GetEndpointRequest request, ServerCallContext context) => (await store.FindAsync(request.Name, context.CancellationToken).ConfigureAwait(false)).Value;

    public override async Task<ListEndpointsResponse> ListEndpoints(ListEndpointsRequest request, ServerCallContext context)
    {
        var parent = ResourceName.New(request.Parent, EndpointStore.Endpoints).Parent;
        var (page, next) = Listing.Cut(await store.ListAsync(parent, context.CancellationToken).ConfigureAwait(false), request.Filter, request.OrderBy, request.PageSize, request.PageToken, Field);
        return new ListEndpointsResponse { Endpoints = { page.Select(e => e.Value) }, NextPageToken = next };
    }

    public override async Task<Endpoint> UpdateEndpoint(UpdateEndpointRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        var text = request.Endpoint?.Name ?? throw Faults.Required("endpoint.name");
        using var held = await locks.EnterAsync(text, ct).ConfigureAwait(false);
        var endpoint = (await store.FindAsync(text, ct, "endpoint.name").ConfigureAwait(false)).Value;
        FieldMasks.CheckEtag(request.Endpoint.Etag, endpoint.Etag);
        FieldMasks.Merge(request.UpdateMask, request.Endpoint, endpoint, Updatable);
        RequestLogging.Check(endpoint);
        if (request.UpdateMask.Paths.Any(p => p is "traffic_split" or "trafficSplit"))
        {
            Deployments.CheckTraffic(endpoint.TrafficSplit, endpoint.DeployedModels, "endpoint.traffic_split");
            if (endpoint.DeployedModels.Count > 0)
            {
                var changes = endpoint.DeployedModels.Select(d => new VariantChange(d.Id, endpoint.TrafficSplit.GetValueOrDefault(d.Id))).ToList();
                (await engine.SetWeightsAndCapacitiesAsync(ResourceName.Parse(text, EndpointStore.Endpoints).Engine, changes, ct).ConfigureAwait(false)).OrThrow();
            }
        }
        endpoint.UpdateTime = time.GetUtcNow().ToTimestamp();
        endpoint.Etag = Tag(endpoint.UpdateTime);
        await store.PutAsync(endpoint, ct).ConfigureAwait(false);
        await logging.RefreshAsync(endpoint, ct).ConfigureAwait(false);
        return endpoint;
    }

    public override async Task<Operation> DeleteEndpoint(DeleteEndpointRequest request, ServerCallContext context)
    {
        var ct = context.CancellationToken;
        using var held = await locks.EnterAsync(request.Name, ct).ConfigureAwait(false);
        var endpoint = (await store.FindAsync(request.Name, ct).ConfigureAwait(false)).Value;
        if (endpoint.DeployedModels.Count > 0) throw Faults.Precondition($"The endpoint {request.Name} has deployed models: {string.Join(", ", endpoint.DeployedModels.Select(d => d.Id))}. Undeploy them first.");
        var name = ResourceName.Parse(request.Name, EndpointStore.Endpoints);
        if ((await engine.DeleteAsync(name.Engine, ct).ConfigureAwait(false)).Error is { Code: not Core.Results.ErrorCode.NotFound } error) throw Faults.Of(error);
        await store.DeleteAsync(request.Name, ct).ConfigureAwait(false);
        return await operations.DoneAsync(name, new DeleteOperationMetadata { GenericMetadata = new() }, new Empty(), ct).ConfigureAwait(false);
    }

    public override Task<Operation> DeployModel(DeployModelRequest request, ServerCallContext context) => deployments.DeployAsync(request, context.CancellationToken);

    public override Task<Operation> UndeployModel(UndeployModelRequest request, ServerCallContext context) => deployments.UndeployAsync(request, context.CancellationToken);

    public override Task<Operation> MutateDeployedModel(MutateDeployedModelRequest request, ServerCallContext context) => deployments.MutateAsync(request, context.CancellationToken);

    private static string Tag(Timestamp time) => Convert.ToBase64String(BitConverter.GetBytes(time.ToDateTimeOffset().UtcTicks));

    private static string? Field(Stored<Endpoint> endpoint, string path) => path switch
    {
        "display_name" or "displayName" => endpoint.Value.DisplayName,
        "endpoint" or "endpoint_id" => endpoint.Name.Split('/')[^1],
        "create_time" or "createTime" => endpoint.Value.CreateTime.ToDateTimeOffset().ToString("O"),
        "update_time" or "updateTime" => endpoint.Value.UpdateTime.ToDateTimeOffset().ToString("O"),
        _ when path.StartsWith("labels.", StringComparison.Ordinal) => endpoint.Value.Labels.TryGetValue(path[7..], out var label) ? label : null,
        _ => null,
    };
}
