namespace Isobar.Engine.Serving;

/// <summary>A request and its reply, copied for an observer.</summary>
/// <param name="EventId">Unique.</param>
/// <param name="Shadow">Whether a shadow variant answered.</param>
/// <param name="Error">Why there was no answer; null on success.</param>
public sealed record ObservedInvocation(
    EndpointSpec Endpoint, string Variant, bool Shadow, string EventId, DateTimeOffset Time, string? InferenceId, string? CustomAttributes,
    string? ContentType, ReadOnlyMemory<byte> Request, string? ReplyContentType, ReadOnlyMemory<byte> Reply, int Status, Core.Results.Error? Error);

/// <summary>
/// Sees a sample of the invocations of endpoints that have a <see cref="EndpointSpec.Capture"/>. Called by one background loop, off the path of
/// the reply, with bytes of its own; when it falls behind, samples are dropped and counted, never the requests.
/// </summary>
public interface IInvocationObserver
{
    /// <summary>Takes one sample.</summary>
    ValueTask OnInvocationAsync(ObservedInvocation invocation, CancellationToken ct);
}
