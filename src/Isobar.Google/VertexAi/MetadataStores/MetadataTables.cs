using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.MetadataStores;

/// <summary>What metadata stores hold: artifacts, executions, contexts, the events between the first two, and who belongs to which context.</summary>
internal sealed class MetadataTables(IStateStore state, TimeProvider time)
{
    public const string Stores = "metadataStores", Contexts = "contexts", Artifacts = "artifacts", Executions = "executions", Default = "default";

    public ResourceTable<MetadataStore> StoreTable { get; } = new(state, Stores);
    public ResourceTable<Context> ContextTable { get; } = new(state, Contexts);
    public ResourceTable<Artifact> ArtifactTable { get; } = new(state, Artifacts);
    public ResourceTable<Execution> ExecutionTable { get; } = new(state, Executions);

    // Both by names that start with their left side, so that they are found from there: execution>artifact and context>member.
    private readonly ResourceTable<Event> _events = new(state, "metadataEvents"), _members = new(state, "metadataMembers");

    /// <summary>A store. The one that is called default is there from its first use on.</summary>
    public async Task<MetadataStore> StoreAsync(string name, bool make, CancellationToken ct)
    {
        if (await StoreTable.GetAsync(name, ct).ConfigureAwait(false) is { } found) return found.Value;
        if (!make) throw Faults.NotFound(name);
        var now = time.GetUtcNow().ToTimestamp();
        var store = new MetadataStore { Name = name, CreateTime = now, UpdateTime = now };
        await StoreTable.InsertAsync(name, store, ct).ConfigureAwait(false);
        return store;
    }

    /// <summary>A context, made where there is none of its name.</summary>
    public async Task<Context> EnsureAsync(Context context, CancellationToken ct)
    {
        if (await ContextTable.GetAsync(context.Name, ct).ConfigureAwait(false) is { } found) return found.Value;
        context.CreateTime = context.UpdateTime = time.GetUtcNow().ToTimestamp();
        var inserted = await ContextTable.InsertAsync(context.Name, context, ct).ConfigureAwait(false);
        return inserted.Error is { Code: ErrorCode.AlreadyExists } ? (await ContextTable.FindAsync(context.Name, ct).ConfigureAwait(false)).Value : context;
    }

    public async Task PutAsync(Artifact artifact, CancellationToken ct)
    {
        if (artifact.Name.Length == 0) return;
        var old = await ArtifactTable.GetAsync(artifact.Name, ct).ConfigureAwait(false);
        artifact.CreateTime = old?.Value.CreateTime ?? time.GetUtcNow().ToTimestamp();
        artifact.UpdateTime = time.GetUtcNow().ToTimestamp();
        await ArtifactTable.PutAsync(artifact.Name, artifact, ct).ConfigureAwait(false);
    }

    public Task PutAsync(Execution execution, CancellationToken ct) => ExecutionTable.PutAsync(execution.Name, execution, ct);

    /// <summary>Adds events; one that is there already is not added twice.</summary>
    public async Task AddEventsAsync(string execution, IEnumerable<Event> events, CancellationToken ct)
    {
        foreach (var each in events)
        {
            each.Execution = execution;
            each.EventTime ??= time.GetUtcNow().ToTimestamp();
            await _events.InsertAsync($"{execution}>{each.Type}>{each.Artifact}", each, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The events of one execution, or of all in a store.</summary>
    public async Task<IReadOnlyList<Event>> EventsAsync(string store, string? execution, CancellationToken ct) =>
        [.. (await _events.ListAsync(execution is null ? $"{store}/{Executions}/" : $"{execution}>", ct).ConfigureAwait(false)).Select(e => e.Value)];

    public async Task AddMembersAsync(string context, IEnumerable<string> members, CancellationToken ct)
    {
        foreach (var member in members.Distinct()) await _members.InsertAsync($"{context}>{member}", new Event { Artifact = member }, ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> MembersAsync(string context, CancellationToken ct) =>
        [.. (await _members.ListAsync($"{context}>", ct).ConfigureAwait(false)).Select(m => m.Value.Artifact)];

    /// <summary>The contexts of every artifact and execution of a store.</summary>
    public async Task<ILookup<string, string>> ContextsOfAsync(string store, CancellationToken ct) =>
        (await _members.ListAsync($"{store}/{Contexts}/", ct).ConfigureAwait(false)).ToLookup(m => m.Value.Artifact, m => m.Name[..m.Name.IndexOf('>', StringComparison.Ordinal)]);

    /// <summary>Forgets what a name takes part in.</summary>
    public async Task ForgetAsync(MetadataName name, CancellationToken ct)
    {
        var text = name.ToString();
        foreach (var member in await _members.ListAsync($"{name.Store}/{Contexts}/", ct).ConfigureAwait(false))
            if (member.Value.Artifact == text || member.Name.StartsWith(text + ">", StringComparison.Ordinal)) await _members.DeleteAsync(member.Name, ct).ConfigureAwait(false);
        foreach (var each in await _events.ListAsync($"{name.Store}/{Executions}/", ct).ConfigureAwait(false))
            if (each.Value.Artifact == text || each.Value.Execution == text) await _events.DeleteAsync(each.Name, ct).ConfigureAwait(false);
    }
}
