using Isobar.Engine.Logs;
using Isobar.Engine.Models;

namespace Isobar.Engine.Serving;

/// <summary>One of the models behind an endpoint.</summary>
public sealed record VariantSpec
{
    /// <summary>Unique within the endpoint.</summary>
    public required string Name { get; init; }
    /// <summary>The most instances that a variant may have: each may be a process of this machine.</summary>
    public const int MaxInstances = 100;
    /// <summary>What it runs.</summary>
    public required ModelSpec Model { get; init; }
    /// <summary>Share of the traffic, relative to the sum over the variants; 0: only when named. For a shadow: the share of requests that it receives a copy of, relative to the sum of the production weights, at most all.</summary>
    public double Weight { get; init; } = 1;
    /// <summary>What it is billed as.</summary>
    public string InstanceType { get; init; } = "ml.m5.large";
    /// <summary>Instances at the start: parallel runners for a graph, processes for the user's own server. 0: started by the first request.</summary>
    public int InstanceCount { get; init; } = 1;
    /// <summary>Runs at the same time on one instance; 0: the engine's own choice. One process of the user's own server takes so many requests at once.</summary>
    public int MaxConcurrency { get; init; }
    /// <summary>Requests that may wait; one more is refused with <see cref="Core.Results.ErrorCode.ResourceExhausted"/>.</summary>
    public int MaxQueue { get; init; } = 512;
    /// <summary>Rows of several waiting requests that may share a run; 1: never.</summary>
    public int MaxBatchRows { get; init; } = 64;
    /// <summary>Without requests for so long it is unloaded, and started again by the next one; null: never.</summary>
    public TimeSpan? IdleTimeout { get; init; }
    /// <summary>How long the user's own server may take to answer its first ping. Default 8 min, as SageMaker documents.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(8);
    /// <summary>Where the lines of the user's own server go; null: nowhere.</summary>
    public LogStreamName? Log { get; init; }
}

/// <summary>An endpoint, cloud-neutral.</summary>
public sealed record EndpointSpec
{
    /// <summary>Unique over all clouds, given by the dialect, such as <c>aws/us-east-1/my-endpoint</c>.</summary>
    public required string Id { get; init; }
    /// <summary>The cloud whose endpoint it is.</summary>
    public required string Owner { get; init; }
    /// <summary>The name as the user wrote it.</summary>
    public required string Name { get; init; }
    /// <summary>Region, for the meter.</summary>
    public string Region { get; init; } = "us-east-1";
    /// <summary>The dialect's name for this configuration, shown with the endpoint.</summary>
    public string? Configuration { get; init; }
    /// <summary>The models; at least one.</summary>
    public required IReadOnlyList<VariantSpec> Variants { get; init; }
    /// <summary>Models that receive copies of requests; their answers reach nobody but the observers and metrics.</summary>
    public IReadOnlyList<VariantSpec> Shadows { get; init; } = [];
    /// <summary>What observers of invocations are to know, by their own keys (data capture: target, percentage, options).</summary>
    public CaptureSpec? Capture { get; init; }
    /// <summary>Tags, for the meter.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>What to keep of the traffic.</summary>
/// <param name="SamplingPercentage">Share of the requests, from 0 to 100.</param>
/// <param name="Target">The prefix that receives the captured records.</param>
/// <param name="Input">Whether requests are kept.</param>
/// <param name="Output">Whether replies are kept.</param>
public sealed record CaptureSpec(double SamplingPercentage, Training.ObjectLocation Target, bool Input = true, bool Output = true)
{
    /// <summary>Content types written as CSV text; others not listed here or in <see cref="JsonTypes"/> are kept in base64.</summary>
    public IReadOnlyList<string> CsvTypes { get; init; } = [];
    /// <summary>Content types written as JSON text.</summary>
    public IReadOnlyList<string> JsonTypes { get; init; } = [];
}

/// <summary>Where an endpoint stands.</summary>
public enum EndpointState
{
    /// <summary>Models are being fetched and loaded.</summary>
    Creating,
    /// <summary>Answers.</summary>
    InService,
    /// <summary>Answers with the old configuration while the new one is made ready.</summary>
    Updating,
    /// <summary>The new configuration failed; what was started of it is being taken down.</summary>
    RollingBack,
    /// <summary>Never came into service; the reason says why.</summary>
    Failed,
    /// <summary>Finishes what it has taken on.</summary>
    Deleting,
}

/// <summary>A variant as it stands.</summary>
/// <param name="Shadow">Whether it only receives copies.</param>
public sealed record VariantStatus(string Name, double CurrentWeight, double DesiredWeight, int CurrentCount, int DesiredCount, bool Shadow = false);

/// <summary>An endpoint with its life so far.</summary>
public sealed record EndpointInfo
{
    /// <summary>The configuration in service (or, before the first one is, the one being made ready).</summary>
    public required EndpointSpec Spec { get; init; }
    /// <summary>The configuration being made ready, while updating.</summary>
    public EndpointSpec? Pending { get; init; }
    /// <summary>Where it stands.</summary>
    public required EndpointState State { get; init; }
    /// <summary>Why it failed, or why the last update did.</summary>
    public string? Reason { get; init; }
    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset Created { get; init; }
    /// <summary>When it last changed.</summary>
    public required DateTimeOffset Updated { get; init; }
    /// <summary>Its variants, shadows last.</summary>
    public IReadOnlyList<VariantStatus> Variants { get; init; } = [];
}

/// <summary>A change of one variant; null keeps what there is.</summary>
public sealed record VariantChange(string Name, double? Weight = null, int? Count = null);
