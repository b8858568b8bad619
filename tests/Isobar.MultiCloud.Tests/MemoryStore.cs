using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Tests;

/// <summary>Documents in memory, kept as JSON as the real store keeps them.</summary>
internal sealed class MemoryStore : IControlStore
{
    private readonly SortedDictionary<(string Kind, string Id), (string Json, long Version)> _documents = new(Comparer<(string Kind, string Id)>.Create((a, b) => string.CompareOrdinal(a.Kind, b.Kind) is not 0 and var kind ? kind : string.CompareOrdinal(a.Id, b.Id)));
    private readonly Lock _lock = new();

    /// <summary>Changes what is stored behind everybody's back.</summary>
    public void Tamper(string kind, string id, Func<string, string?> change)
    {
        lock (_lock)
        {
            var old = _documents[(kind, id)];
            if (change(old.Json) is { } json) _documents[(kind, id)] = (json, old.Version);
            else _documents.Remove((kind, id));
        }
    }

    public Task<Stored<T>?> GetAsync<T>(Kind<T> kind, string id, CancellationToken ct) where T : class
    {
        lock (_lock) return Task.FromResult(_documents.TryGetValue((kind.Name, id), out var found) ? Read(kind, id, found) : null);
    }

    public Task<Stored<T>> PutAsync<T>(Kind<T> kind, string id, T value, CancellationToken ct) where T : class
    {
        lock (_lock) return Task.FromResult(Read(kind, id, _documents[(kind.Name, id)] = (JsonSerializer.Serialize(value, kind.Json), (_documents.TryGetValue((kind.Name, id), out var old) ? old.Version : 0) + 1)));
    }

    /// <summary>What somebody else does in the moment before the next comparing write; null: nothing.</summary>
    public Func<Task>? Forestalls { get; set; }

    public async Task<Result<Stored<T>>> WriteAsync<T>(Kind<T> kind, string id, T value, long expected, CancellationToken ct) where T : class
    {
        if (Forestalls is { } other)
        {
            Forestalls = null;
            await other();
        }
        lock (_lock)
            return (_documents.TryGetValue((kind.Name, id), out var old) ? old.Version : 0) == expected
                ? Read(kind, id, _documents[(kind.Name, id)] = (JsonSerializer.Serialize(value, kind.Json), expected + 1))
                : new Error(ErrorCode.Aborted, $"{id} was changed.");
    }

    public Task<Result<Stored<T>>> ChangeAsync<T>(Kind<T> kind, string id, Func<T, Result<T>> change, CancellationToken ct) where T : class
    {
        lock (_lock)
        {
            Result<Stored<T>> changed = !_documents.TryGetValue((kind.Name, id), out var old) ? Error.NotFound(id)
                : change(Read(kind, id, old).Value).TryGet(out var value, out var error) ? Read(kind, id, _documents[(kind.Name, id)] = (JsonSerializer.Serialize(value, kind.Json), old.Version + 1)) : error;
            return Task.FromResult(changed);
        }
    }

    public Task<bool> DeleteAsync<T>(Kind<T> kind, string id, CancellationToken ct) where T : class
    {
        lock (_lock) return Task.FromResult(_documents.Remove((kind.Name, id)));
    }

    public Task<IReadOnlyList<Stored<T>>> ListAsync<T>(Kind<T> kind, string prefix, CancellationToken ct) where T : class
    {
        lock (_lock) return Task.FromResult<IReadOnlyList<Stored<T>>>([.. _documents.Where(d => d.Key.Kind == kind.Name && d.Key.Id.StartsWith(prefix, StringComparison.Ordinal)).Select(d => Read(kind, d.Key.Id, d.Value))]);
    }

    private static Stored<T> Read<T>(Kind<T> kind, string id, (string Json, long Version) stored) where T : class => new(id, JsonSerializer.Deserialize(stored.Json, kind.Json)!, stored.Version, default);
}
