using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Isobar.Core.Results;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Tensorboards;

/// <summary>What tensorboards, experiments, runs and time series have in common.</summary>
/// <param name="field">The resource in requests, such as <c>tensorboard_run</c>.</param>
/// <param name="depth">How deep it lies: 0 for tensorboards.</param>
/// <param name="isNameNeeded">Whether it must have a name for people.</param>
/// <param name="isNameUnique">Whether that name is one of a kind in what it belongs to.</param>
/// <param name="changeable">The fields that an update may name.</param>
internal sealed class TensorboardKind<T>(IStateStore state, string field, int depth, bool isNameNeeded, bool isNameUnique, TimeProvider time, params string[] changeable) where T : class, IMessage<T>, new()
{
    private const int MaxDisplayName = 128, MaxLabels = 64;
    private readonly ResourceTable<T> _table = new(state, field);

    /// <summary>Makes one. The caller holds the lock of its tensorboard.</summary>
    public async Task<T> CreateAsync(TensorboardName name, T? given, CancellationToken ct)
    {
        var value = given ?? (isNameNeeded ? throw Faults.Required(field) : new T());
        await CheckAsync(name, value, ct).ConfigureAwait(false);
        MessageFields.Set(value, "name", name.ToString());
        MessageFields.Stamp(value, "create_time", time.GetUtcNow());
        MessageFields.Stamp(value, "update_time", time.GetUtcNow());
        return (await _table.InsertAsync(name.ToString(), value, ct).ConfigureAwait(false)).OrThrow().Value;
    }

    public async Task<T> GetAsync(TensorboardName name, CancellationToken ct) => (await _table.FindAsync(name.ToString(), ct).ConfigureAwait(false)).Value;

    /// <summary>All whose name begins so.</summary>
    public async Task<IReadOnlyList<T>> AllAsync(string prefix, CancellationToken ct) => [.. (await _table.ListAsync(prefix, ct).ConfigureAwait(false)).Select(r => r.Value)];

    public async Task<(IEnumerable<T> Page, string Next)> PageAsync(string prefix, string filter, string orderBy, int pageSize, string pageToken, CancellationToken ct)
    {
        var (page, next) = Listing.Cut(await _table.ListAsync(prefix, ct).ConfigureAwait(false), filter, orderBy, pageSize, pageToken, (row, path) => MessageFields.Read(row.Value, path));
        return (page.Select(r => r.Value), next);
    }

    /// <summary>Changes what the mask names, or without one all that has a value. The caller holds the lock of its tensorboard.</summary>
    public async Task<T> UpdateAsync(T? given, FieldMask? mask, CancellationToken ct)
    {
        var name = TensorboardName.Parse(MessageFields.Text(given ?? throw Faults.Required(field), "name"), depth, $"{field}.name");
        var value = (await GetAsync(name, ct).ConfigureAwait(false)).Clone();
        FieldMasks.CheckEtag(MessageFields.Text(given, "etag"), MessageFields.Text(value, "etag"));
        FieldMasks.Merge(mask is { Paths.Count: > 0 } ? mask : Filled(given), given, value, changeable);
        await CheckAsync(name, value, ct).ConfigureAwait(false);
        MessageFields.Stamp(value, "update_time", time.GetUtcNow());
        await _table.PutAsync(name.ToString(), value, ct).ConfigureAwait(false);
        return value;
    }

    /// <summary>Writes one as it is given.</summary>
    public Task PutAsync(T value, CancellationToken ct) => _table.PutAsync(MessageFields.Text(value, "name"), value, ct);

    public Task<bool> DeleteAsync(string name, CancellationToken ct) => _table.DeleteAsync(name, ct);

    private FieldMask Filled(T given)
    {
        var empty = new T();
        var mask = new FieldMask { Paths = { changeable.Where(n => !Equals(given.Descriptor.FindFieldByName(n).Accessor.GetValue(given), given.Descriptor.FindFieldByName(n).Accessor.GetValue(empty))) } };
        return mask.Paths.Count > 0 ? mask : throw Faults.Required("update_mask");
    }

    private async Task CheckAsync(TensorboardName name, T value, CancellationToken ct)
    {
        var display = MessageFields.Text(value, "display_name");
        if (display.Length > MaxDisplayName || isNameNeeded && display.Length == 0) throw Faults.Invalid($"{field}.display_name", display, $"{(isNameNeeded ? 1 : 0)} to {MaxDisplayName} characters");
        if (value.Descriptor.FindFieldByName("labels")?.Accessor.GetValue(value) is System.Collections.IDictionary { Count: > MaxLabels } labels) throw Faults.Invalid($"{field}.labels", $"{labels.Count}", $"at most {MaxLabels} labels");
        if (!isNameUnique) return;
        foreach (var other in await _table.ListAsync(name.Up.Children, ct).ConfigureAwait(false))
            if (other.Name != name.ToString() && MessageFields.Text(other.Value, "display_name") == display)
                throw Faults.Of(new Error(ErrorCode.AlreadyExists, $"{field}.display_name '{display}' is that of {other.Name}."));
    }
}
