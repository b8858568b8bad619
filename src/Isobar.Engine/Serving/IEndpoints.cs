using Isobar.Core.Results;

namespace Isobar.Engine.Serving;

/// <summary>
/// Models that answer. Endpoints are durable and are restored after a restart; an update loads the new configuration beside the old one,
/// swaps when it is healthy and drains the old one, so that no request is lost.
/// </summary>
public interface IEndpoints
{
    /// <summary>Accepts an endpoint and starts it in the background; durable when this returns. <see cref="ErrorCode.AlreadyExists"/>.</summary>
    Task<Result<EndpointInfo>> CreateAsync(EndpointSpec spec, CancellationToken ct = default);
    /// <summary>Replaces the configuration, blue/green. <see cref="ErrorCode.FailedPrecondition"/> while another change is under way.</summary>
    /// <param name="keepCapacity">Whether variants of the same name keep their present weights and counts.</param>
    Task<Result<EndpointInfo>> UpdateAsync(EndpointSpec spec, bool keepCapacity = false, CancellationToken ct = default);
    /// <summary>Changes weights and instance counts. Weights alone hold when this returns; with counts the change goes on in the background, until what it starts is healthy.</summary>
    Task<Result<EndpointInfo>> SetWeightsAndCapacitiesAsync(string id, IReadOnlyList<VariantChange> changes, CancellationToken ct = default);
    /// <summary>Takes an endpoint down; requests under way are finished. Gone when this returns.</summary>
    Task<Result<Done>> DeleteAsync(string id, CancellationToken ct = default);
    /// <summary>Reads an endpoint.</summary>
    Task<Result<EndpointInfo>> GetAsync(string id, CancellationToken ct = default);
    /// <summary>All endpoints whose id starts so.</summary>
    Task<IReadOnlyList<EndpointInfo>> ListAsync(string idPrefix = "", CancellationToken ct = default);
    /// <summary>Completes when no change is under way.</summary>
    Task<Result<EndpointInfo>> WaitAsync(string id, CancellationToken ct = default);
    /// <summary>Asks a model. Often completes synchronously. Dispose the reply.</summary>
    ValueTask<InvocationReply> InvokeAsync(string id, Invocation invocation, CancellationToken ct = default);
    /// <summary>Asks a model and passes its reply on as it comes; a graph's reply comes in one piece.</summary>
    Task<StreamingReply> InvokeStreamAsync(string id, Invocation invocation, CancellationToken ct = default);
}
