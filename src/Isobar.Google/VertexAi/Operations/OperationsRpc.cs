using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Isobar.Google.AutoMl;
using Isobar.Google.LongRunning.V1;
using Isobar.Google.VertexAi.Resources;
using Microsoft.AspNetCore.Http;

namespace Isobar.Google.VertexAi.Operations;

/// <summary><c>google.longrunning.Operations</c>.</summary>
internal sealed class OperationsRpc(OperationTable operations, TimeProvider time) : LongRunning.V1.Operations.OperationsBase
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public override Task<Operation> GetOperation(GetOperationRequest request, ServerCallContext context) => operations.FindAsync(Canonical(request.Name), context.CancellationToken);

    public override async Task<ListOperationsResponse> ListOperations(ListOperationsRequest request, ServerCallContext context)
    {
        var everything = await operations.ListAsync(request.Name, context.CancellationToken).ConfigureAwait(false);
        var all = everything.Where(o => IsAskedFor(context.GetHttpContext().Request, o.Value));
        var (page, next) = Listing.Cut(all, request.Filter, "", request.PageSize, request.PageToken, (o, path) => path switch { "done" => o.Value.Done ? "true" : "false", "name" => o.Name, _ => null });
        return new ListOperationsResponse { Operations = { page.Select(o => o.Value) }, NextPageToken = next };
    }

    public override async Task<Operation> WaitOperation(WaitOperationRequest request, ServerCallContext context)
    {
        var patience = request.Timeout?.ToTimeSpan() ?? LongestWait;
        using var late = new CancellationTokenSource(patience < LongestWait ? patience : LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.CancellationToken);
        try
        {
            return await operations.WaitAsync(Canonical(request.Name), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            return await operations.FindAsync(Canonical(request.Name), context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<Empty> CancelOperation(CancelOperationRequest request, ServerCallContext context)
    {
        await operations.CancelAsync(Canonical(request.Name), context.CancellationToken).ConfigureAwait(false);
        return new Empty();
    }

    public override async Task<Empty> DeleteOperation(DeleteOperationRequest request, ServerCallContext context)
    {
        await operations.DeleteAsync(Canonical(request.Name), context.CancellationToken).ConfigureAwait(false);
        return new Empty();
    }

    // JSON is read by the types that a client knows: over REST the older AutoML API's operations are told to its own hosts alone, as they are by Google.
    private static bool IsAskedFor(HttpRequest request, Operation operation) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true
        || operation.Metadata.TypeUrl.Contains("/google.cloud.automl.", StringComparison.Ordinal) == AutoMlRegistration.IsHost(request);

    /// <summary>Operations are asked for by the resource that they were started on, too.</summary>
    private static string Canonical(string name) => name.Split('/') is ["projects", var project, "locations", var location, .., "operations", var id] ? $"projects/{project}/locations/{location}/operations/{id}" : name;
}
