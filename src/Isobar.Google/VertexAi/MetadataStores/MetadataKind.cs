using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.MetadataStores;

/// <summary>What artifacts, executions and contexts have in common: they are made, read, listed by filters and changed alike.</summary>
/// <param name="kind">In names, such as <c>contexts</c>.</param>
internal sealed class MetadataKind<T>(MetadataTables tables, ResourceTable<T> table, string kind, TimeProvider time) where T : class, IMessage<T>, new()
{
    private const int MaxSample = 100;
    private static readonly MessageDescriptor Fields = new T().Descriptor;
    private static readonly string[] Changeable = [.. new[] { "display_name", "uri", "labels", "state", "metadata", "description", "schema_title", "schema_version" }.Where(n => Fields.FindFieldByName(n) is not null)];

    public async Task<T> CreateAsync(string parent, T? given, string id, string idField, CancellationToken ct)
    {
        var name = MetadataName.New(parent, kind, id, idField);
        await StoreAsync(name, ct).ConfigureAwait(false);
        return await InsertAsync(name, given ?? throw Faults.Required(kind.TrimEnd('s')), ct).ConfigureAwait(false);
    }

    public async Task<T> GetAsync(string name, CancellationToken ct) => (await table.FindAsync(MetadataName.Parse(name, kind).ToString(), ct).ConfigureAwait(false)).Value;

    public async Task<(IEnumerable<T> Page, string Next)> ListAsync(string parent, string filter, string orderBy, int pageSize, string pageToken, CancellationToken ct)
    {
        var (page, next) = await PageAsync(parent, filter, orderBy, pageSize, pageToken, ct).ConfigureAwait(false);
        return (page.Select(r => r.Value), next);
    }

    /// <summary>Deletes all that a filter matches, and tells how many; without force, how many it would be, and some of their names.</summary>
    public async Task<(long Count, IReadOnlyList<string> Sample)> PurgeAsync(string parent, string filter, bool force, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(filter)) throw Faults.Required("filter");
        var (names, token) = (new List<string>(), "");
        do
        {
            (var page, token) = await PageAsync(parent, filter, "", int.MaxValue, token, ct).ConfigureAwait(false);
            names.AddRange(page.Select(r => r.Name));
        }
        while (token.Length > 0);
        if (!force) return (names.Count, [.. names.Take(MaxSample)]);
        var gone = 0;
        foreach (var name in names)
            if (await TryDeleteAsync(MetadataName.Parse(name, kind), ct).ConfigureAwait(false)) gone++;
        return (gone, []);
    }

    private async Task<(IReadOnlyList<Stored<T>> Page, string Next)> PageAsync(string parent, string filter, string orderBy, int pageSize, string pageToken, CancellationToken ct)
    {
        var store = MetadataName.ParseStore(parent, "parent").ToString();
        var contexts = filter.Contains("in_context", StringComparison.Ordinal) ? await tables.ContextsOfAsync(store, ct).ConfigureAwait(false) : null;
        var rows = await table.ListAsync($"{store}/{kind}/", ct).ConfigureAwait(false);
        return Listing.Cut(rows, filter, orderBy, pageSize, pageToken, (row, path) => Field(row, path, contexts));
    }

    // Without a mask all that can be changed is replaced: the mask was added later, and clients send none.
    public async Task<T> UpdateAsync(T? given, FieldMask? mask, bool allowMissing, CancellationToken ct)
    {
        if (given is null) throw Faults.Required(kind.TrimEnd('s'));
        var name = MetadataName.Parse(Text(given, "name"), kind, $"{kind.TrimEnd('s')}.name");
        if (await table.GetAsync(name.ToString(), ct).ConfigureAwait(false) is not { } old) return allowMissing ? await InsertAsync(name, given, ct).ConfigureAwait(false) : throw Faults.NotFound(name.ToString());
        FieldMasks.CheckEtag(Text(given, "etag"), Text(old.Value, "etag"));
        var all = new FieldMask();
        // The schema of what there is stays, unless it is named.
        all.Paths.Add(Changeable.Where(n => !n.StartsWith("schema_", StringComparison.Ordinal)));
        var value = old.Value.Clone();
        FieldMasks.Merge(mask is { Paths.Count: > 0 } ? mask : all, given, value, Changeable);
        Stamp(value, "update_time");
        await table.PutAsync(name.ToString(), value, ct).ConfigureAwait(false);
        return value;
    }

    public async Task<MetadataName> DeleteAsync(string text, CancellationToken ct)
    {
        var name = MetadataName.Parse(text, kind);
        return await TryDeleteAsync(name, ct).ConfigureAwait(false) ? name : throw Faults.NotFound(text);
    }

    private async Task<bool> TryDeleteAsync(MetadataName name, CancellationToken ct)
    {
        if (!await table.DeleteAsync(name.ToString(), ct).ConfigureAwait(false)) return false;
        await tables.ForgetAsync(name, ct).ConfigureAwait(false);
        return true;
    }

    private Task StoreAsync(MetadataName name, CancellationToken ct) => tables.StoreAsync(name.Store.ToString(), name.Store.Id == MetadataTables.Default, ct);

    private async Task<T> InsertAsync(MetadataName name, T value, CancellationToken ct)
    {
        MessageFields.Set(value, "name", name.ToString());
        Stamp(value, "create_time");
        Stamp(value, "update_time");
        return (await table.InsertAsync(name.ToString(), value, ct).ConfigureAwait(false)).OrThrow().Value;
    }

    private void Stamp(T value, string field) => MessageFields.Stamp(value, field, time.GetUtcNow());

    private static string Text(T value, string field) => MessageFields.Text(value, field);

    private static string? Field(Stored<T> row, string path, ILookup<string, string>? contexts) => path.StartsWith("in_context(", StringComparison.Ordinal)
        ? contexts![row.Name].Contains(path[11..^1]) ? "true" : "false"
        : MessageFields.Read(row.Value, path);
}
