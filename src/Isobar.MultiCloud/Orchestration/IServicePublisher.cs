using Isobar.Core.Results;

namespace Isobar.MultiCloud.Orchestration;

/// <summary>One address for a model, over the clouds that serve it.</summary>
/// <param name="Name">The name that callers ask for.</param>
/// <param name="Mode"><c>active-active</c> or <c>active-passive</c>.</param>
public sealed record PublishedService(string Name, string Mode, IReadOnlyList<PublishedBackend> Backends);

/// <summary>An endpoint of a cloud.</summary>
/// <param name="Weight">Its share of the traffic.</param>
/// <param name="Priority">In <c>active-passive</c>: the lowest that is well has all the traffic.</param>
public sealed record PublishedBackend(string Cloud, string Endpoint, double Weight, int Priority);

/// <summary>Tells the gateway where a model answers.</summary>
public interface IServicePublisher
{
    /// <summary>Makes a service, or changes it.</summary>
    Task<Result<Done>> PublishAsync(PublishedService service, CancellationToken ct = default);

    /// <summary>Takes a service away; succeeds where there is none.</summary>
    Task<Result<Done>> WithdrawAsync(string name, CancellationToken ct = default);
}
