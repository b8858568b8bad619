using System.Text.Json.Serialization;
using Isobar.Engine.Training;

namespace Isobar.Aws.SageMakerRuntime.Async;

/// <summary>An accepted asynchronous invocation, kept until its reply is stored.</summary>
internal sealed record AsyncRequest
{
    public required string EndpointId { get; init; }
    public required string Endpoint { get; init; }
    public required string InferenceId { get; init; }
    public required ObjectLocation Input { get; init; }
    public required ObjectLocation Output { get; init; }
    public ObjectLocation? Failure { get; init; }
    public string? ContentType { get; init; }
    public string? Accept { get; init; }
    public string? CustomAttributes { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public TimeSpan Timeout { get; init; }
    public int Concurrency { get; init; }
}

/// <summary>Contracts of what is stored here.</summary>
[JsonSerializable(typeof(AsyncRequest))]
internal sealed partial class AsyncJson : JsonSerializerContext;

/// <summary>Where an endpoint's asynchronous replies go.</summary>
/// <param name="Output">The prefix that receives replies.</param>
/// <param name="Failure">The prefix that receives failures, or null.</param>
/// <param name="Concurrency">Most invocations at once on one instance.</param>
internal sealed record AsyncTarget(ObjectLocation Output, ObjectLocation? Failure, int Concurrency);

/// <summary>Knows which endpoints are asynchronous.</summary>
internal interface IAsyncTargets
{
    /// <summary>The AsyncInferenceConfig of a configuration; null where it has none.</summary>
    Task<AsyncTarget?> FindAsync(Protocols.AwsCaller caller, string configuration, CancellationToken ct);
}
