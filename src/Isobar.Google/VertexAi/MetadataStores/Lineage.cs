using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.MetadataStores;

/// <summary>Graphs of what was made from what.</summary>
internal sealed class Lineage(MetadataTables tables)
{
    private const int MaxHops = 100;

    /// <summary>All that belongs to a context.</summary>
    public async Task<LineageSubgraph> OfContextAsync(MetadataName context, CancellationToken ct)
    {
        var members = (await tables.MembersAsync(context.ToString(), ct).ConfigureAwait(false)).ToHashSet();
        var events = await tables.EventsAsync(context.Store.ToString(), null, ct).ConfigureAwait(false);
        return await GraphAsync(members, events.Where(e => members.Contains(e.Execution)), ct).ConfigureAwait(false);
    }

    /// <summary>An execution with what it read and wrote.</summary>
    public async Task<LineageSubgraph> OfExecutionAsync(MetadataName execution, CancellationToken ct)
    {
        var events = await tables.EventsAsync(execution.Store.ToString(), execution.ToString(), ct).ConfigureAwait(false);
        return await GraphAsync([execution.ToString(), .. events.Select(e => e.Artifact)], events, ct).ConfigureAwait(false);
    }

    /// <summary>What lies around an artifact, so many events away; 0 for all.</summary>
    public async Task<LineageSubgraph> OfArtifactAsync(MetadataName artifact, int hops, CancellationToken ct)
    {
        var all = await tables.EventsAsync(artifact.Store.ToString(), null, ct).ConfigureAwait(false);
        var reached = new HashSet<string> { artifact.ToString() };
        for (var i = 0; i < (hops is 0 or > MaxHops ? MaxHops : hops); i++)
        {
            var more = all.Where(e => reached.Contains(e.Artifact) != reached.Contains(e.Execution)).SelectMany(e => new[] { e.Artifact, e.Execution }).ToList();
            if (more.Count == 0) break;
            reached.UnionWith(more);
        }
        return await GraphAsync(reached, all.Where(e => reached.Contains(e.Artifact) && reached.Contains(e.Execution)), ct).ConfigureAwait(false);
    }

    private async Task<LineageSubgraph> GraphAsync(HashSet<string> names, IEnumerable<Event> events, CancellationToken ct)
    {
        var graph = new LineageSubgraph();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (name.Contains($"/{MetadataTables.Artifacts}/", StringComparison.Ordinal))
            {
                if (await tables.ArtifactTable.GetAsync(name, ct).ConfigureAwait(false) is { } artifact) graph.Artifacts.Add(artifact.Value);
            }
            else if (await tables.ExecutionTable.GetAsync(name, ct).ConfigureAwait(false) is { } execution) graph.Executions.Add(execution.Value);
        }
        graph.Events.Add(events);
        return graph;
    }
}
