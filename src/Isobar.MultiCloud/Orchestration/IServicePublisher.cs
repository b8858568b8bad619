using Isobar.Core.Results;
using Isobar.MultiCloud.Routing;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>One address for a model, over the clouds that serve it.</summary>
/// <param name="Name">The name that callers ask for.</param>
/// <param name="Mode"><c>active-active</c> or <c>active-passive</c>.</param>
public sealed record PublishedService(string Name, string Mode, IReadOnlyList<PublishedBackend> Backends)
{
    /// <summary>Whether answers are kept until their labels come.</summary>
    public bool Labelled { get; init; }
    /// <summary>A version on trial; null: none.</summary>
    public PublishedCanary? Canary { get; init; }
}

/// <summary>An endpoint with a new version, which has a share of the traffic until it is found good or worse than the others.</summary>
/// <param name="Name">Unlike that of every trial before.</param>
/// <param name="Percent">Its share.</param>
/// <param name="Requests">How many it must have answered.</param>
/// <param name="Seconds">How long it is watched at least.</param>
public sealed record PublishedCanary(string Name, string Cloud, string Endpoint, double Percent, int Requests, int Seconds, double MaxErrorRate, double MaxLatencyRatio);

/// <summary>How a trial stands.</summary>
/// <param name="State"><c>running</c>, <c>promoted</c> or <c>rolledBack</c>.</param>
/// <param name="Reason">Why it was rolled back.</param>
public sealed record CanaryOutcome(string Name, string State, double Percent, string? Reason);

/// <summary>An endpoint of a cloud.</summary>
/// <param name="Weight">Its share of the traffic.</param>
/// <param name="Priority">In <c>active-passive</c>: the lowest that is well has all the traffic.</param>
public sealed record PublishedBackend(string Cloud, string Endpoint, double Weight, int Priority);

/// <summary>Tells the gateway where a model answers.</summary>
public interface IServicePublisher
{
    /// <summary>Makes a service, or changes it.</summary>
    Task<Result<Done>> PublishAsync(PublishedService service, CancellationToken ct = default);

    /// <summary>How the trial of a service stands; null where there is none.</summary>
    CanaryOutcome? Canary(string name);

    /// <summary>What callers of a service saw since it was set up, by the server that they asked; none where it is not there.</summary>
    IReadOnlyDictionary<string, TallyCounts> Tallies(string name, double? slowMs);

    /// <summary>Requests that are under way now at a cloud's endpoint of a service, by way of all servers; null where it is not there.</summary>
    int? Pending(string name, string cloud);

    /// <summary>Takes a service away; succeeds where there is none.</summary>
    Task<Result<Done>> WithdrawAsync(string name, CancellationToken ct = default);
}
