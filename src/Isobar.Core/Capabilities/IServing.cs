using Isobar.Core.Results;

namespace Isobar.Core.Capabilities;

/// <summary>One of the models behind an endpoint.</summary>
/// <param name="Name">Unique within the endpoint.</param>
/// <param name="Model">A registered model.</param>
/// <param name="Weight">Share of the traffic, relative to the sum over the variants.</param>
public sealed record VariantOrder(string Name, string Model, double Weight = 1)
{
    /// <summary>The cloud's machine type; null: its smallest that fits.</summary>
    public string? InstanceType { get; init; }
    /// <summary>Instances.</summary>
    public int Instances { get; init; } = 1;
}

/// <summary>An endpoint to deploy.</summary>
/// <param name="Name">Unique among the cloud's endpoints.</param>
/// <param name="Variants">At least one.</param>
public sealed record EndpointOrder(string Name, IReadOnlyList<VariantOrder> Variants)
{
    /// <summary>The prefix that receives captured requests and replies; null: none are kept.</summary>
    public DataLocation? CaptureTo { get; init; }
    /// <summary>Share of the requests to keep, from 0 to 100.</summary>
    public double CapturePercentage { get; init; } = 100;
}

/// <summary>Where an endpoint stands.</summary>
public enum DeploymentState
{
    /// <summary>Its first models are being loaded.</summary>
    Creating,
    /// <summary>Answers.</summary>
    InService,
    /// <summary>Answers, while a change is made ready.</summary>
    Updating,
    /// <summary>Never came into service.</summary>
    Failed,
    /// <summary>Going away.</summary>
    Deleting,
}

/// <summary>An endpoint.</summary>
public sealed record DeployedEndpoint(string Name, DeploymentState State, string? Reason, DateTimeOffset Created, IReadOnlyList<DeployedVariant> Variants);

/// <summary>A variant as it stands.</summary>
public sealed record DeployedVariant(string Name, double Weight, int Instances);

/// <summary>A request to a model.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="ContentType">MIME type of the body.</param>
public sealed record PredictionRequest(ReadOnlyMemory<byte> Body, string ContentType = "text/csv")
{
    /// <summary>MIME type wanted back; null: the model's own choice.</summary>
    public string? Accept { get; init; }
    /// <summary>The variant to ask; null: by weight.</summary>
    public string? Variant { get; init; }
    /// <summary>Whether it is asked once, and a failure told at once: the caller asks elsewhere. Otherwise the client repeats what may help.</summary>
    public bool Once { get; init; }
}

/// <summary>What a model answered.</summary>
public sealed record PredictionReply(ReadOnlyMemory<byte> Body, string? ContentType, string? Variant);

/// <summary>What an endpoint's models wrote.</summary>
/// <param name="Lines">Oldest first.</param>
/// <param name="More">Whether there may be older lines, which the limit left out.</param>
public sealed record EndpointLog(IReadOnlyList<RunLogLine> Lines, bool More);

/// <summary>Endpoints.</summary>
public interface IServing
{
    /// <summary>Starts an endpoint in the background, or changes it without losing a request where it is there already.</summary>
    Task<Result<DeployedEndpoint>> DeployAsync(EndpointOrder order, CancellationToken ct = default);
    /// <summary>Reads an endpoint.</summary>
    Task<Result<DeployedEndpoint>> GetAsync(string name, CancellationToken ct = default);
    /// <summary>All endpoints, newest first; their variants are not told here.</summary>
    Task<Result<IReadOnlyList<DeployedEndpoint>>> ListAsync(CancellationToken ct = default);
    /// <summary>Shifts traffic between the variants.</summary>
    Task<Result<Done>> SetWeightsAsync(string name, IReadOnlyDictionary<string, double> weights, CancellationToken ct = default);
    /// <summary>Takes an endpoint down.</summary>
    Task<Result<Done>> DeleteAsync(string name, CancellationToken ct = default);
    /// <summary>The newest lines that the endpoint's models wrote, from the cloud's own log service; <see cref="ErrorCode.NotFound"/>: neither the endpoint nor a log of it is there.</summary>
    /// <param name="name">The endpoint.</param>
    /// <param name="since">Lines from then on; null: from the beginning.</param>
    /// <param name="limit">At most so many, from 1 to 10,000.</param>
    /// <param name="ct">Ends the wait.</param>
    Task<Result<EndpointLog>> LogAsync(string name, DateTimeOffset? since = null, int limit = 1000, CancellationToken ct = default);
    /// <summary>Asks a model.</summary>
    Task<Result<PredictionReply>> PredictAsync(string name, PredictionRequest request, CancellationToken ct = default);
}
