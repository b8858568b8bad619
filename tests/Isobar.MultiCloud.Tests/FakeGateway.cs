using System.Collections.Concurrent;
using Isobar.Core.Results;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Routing;

namespace Isobar.MultiCloud.Tests;

/// <summary>A gateway that forwards nothing: it remembers what it was told, and tells what a test has it tell.</summary>
internal sealed class FakeGateway : IServicePublisher
{
    public ConcurrentDictionary<string, PublishedService> Published { get; } = new();
    public ConcurrentDictionary<string, CanaryOutcome> Outcomes { get; } = new();
    public TallyCounts? Counts { get; set; }

    /// <summary>What several servers counted, in the place of one.</summary>
    public Dictionary<string, TallyCounts>? Servers { get; set; }

    public Task<Result<Done>> PublishAsync(PublishedService service, CancellationToken ct)
    {
        Published[service.Name] = service;
        return Task.FromResult(Result<Done>.Ok(Done.Value));
    }

    public CanaryOutcome? Canary(string name) => Outcomes.GetValueOrDefault(name);

    public ConcurrentDictionary<string, int> Load { get; } = new();

    public int? Pending(string name, string cloud) => Load.TryGetValue(cloud, out var pending) ? pending : null;

    public IReadOnlyDictionary<string, TallyCounts> Tallies(string name, double? slowMs) => Servers ?? (Counts is { } own ? new Dictionary<string, TallyCounts> { [""] = own } : []);

    public Task<Result<Done>> WithdrawAsync(string name, CancellationToken ct)
    {
        Published.TryRemove(name, out _);
        return Task.FromResult(Result<Done>.Ok(Done.Value));
    }
}
